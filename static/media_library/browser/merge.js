// What another person saved while a dialog was open, beside what is typed in it: neither is lost.

import { h } from "./dom.js";

/** A part of a form: `of(file)` is its value in a file, `read()` and `write(value)` its fields, `show(value)` its text. */
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** Take over what they changed and this person left alone; return what differs, part by part. */
export function merge(parts, before, theirs) {
  const differences = [];
  for (const part of parts) {
    const [was, now, typed] = [part.of(before), part.of(theirs), part.read()];
    if (same(was, now) || same(now, typed)) continue;
    const isTaken = same(typed, was);
    if (isTaken) part.write(now);
    differences.push({ label: part.label, theirs: part.show(now), yours: part.show(typed), isTaken });
  }
  return differences;
}

/** The differences as a list to be shown. */
export function differencesList(differences) {
  return h(
    "ul",
    { class: "differences" },
    differences.map(({ label, theirs, yours, isTaken }) =>
      h(
        "li",
        {},
        h("strong", {}, label),
        h("span", {}, `Theirs: ${theirs || "(empty)"}`),
        h("span", {}, isTaken ? "Taken over, since you had not changed it." : `Yours, kept here: ${yours || "(empty)"}`),
      ),
    ),
  );
}
