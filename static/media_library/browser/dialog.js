// Native dialogs: they trap the focus, close as `dialogs.js` says, and give the focus back to what opened them.

import { askToDiscard, closable, watchTyping } from "../../library/dialogs.js";
import { h, toast } from "./dom.js";
import { keepFocus } from "./focus.js";

const dialog = document.getElementById("form-dialog");
const form = dialog.querySelector("form");
const submit = dialog.querySelector("[data-submit]");
let finish = null;
let isTyped = false; // what the dialog asks for is worth asking twice
const typing = watchTyping(dialog, () => dialog.open && isTyped);

/** Ask in a dialog. `save` is called on submit; when it throws, the errors are shown at their fields.
 *  Resolves to what `save` returned, or undefined when the person thinks better of it. */
export function ask({ title, body, action, danger = false, save }) {
  const opener = document.activeElement;
  const back = keepFocus();
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector("[data-body]").replaceChildren(...body);
  submit.textContent = action;
  submit.disabled = false;
  submit.className = danger ? "button danger" : "button primary";
  dialog.showModal();
  const first = dialog.querySelector("[data-body] :is(input, textarea, select)");
  isTyped = !danger;
  typing.begin();
  (danger ? submit : first ?? submit).focus();
  return new Promise((resolve) => {
    let result;
    let saving;
    const attempt = async () => {
      submit.disabled = true;
      try {
        result = await save();
        if (finish === end) dialog.close();
      } catch (error) {
        if (finish === end) showErrors(error);
        else toast(error.message, { failed: true });
      }
      if (finish === end) submit.disabled = false;
    };
    const end = async () => {
      if (opener?.isConnected) opener.focus();
      else back();
      await saving; // closed while it is being saved: it is saved all the same, or the error is told
      resolve(result);
    };
    form.onsubmit = (event) => {
      event.preventDefault();
      saving = attempt();
    };
    finish = end;
  });
}

function showErrors(error) {
  form.querySelectorAll(".field-error").forEach((note) => note.remove());
  form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
  const general = [];
  for (const { attr, detail } of error.problems ?? [{ detail: String(error) }]) {
    const place = attr && form.querySelector(`[data-field="${attr.split(".")[0]}"]`);
    if (place) showAt(place, detail);
    else general.push(detail);
  }
  if (general.length || !error.problems?.length) {
    const { remedy } = error;
    const way = remedy && h("button", { type: "button", class: "button small", onclick: () => remedy.run(dialog) }, remedy.text);
    const note = h("p", { class: "field-error general", role: "alert" }, general.join(" ") || error.message, " ", way);
    if (error.element) error.element.classList.add("field-error");
    dialog.querySelector("[data-body]").prepend(note, error.element ?? "");
  }
  form.querySelector("[aria-invalid]")?.focus();
}

function showAt(place, detail) {
  const input = place.querySelector("input, textarea, select");
  const note = h("p", { class: "field-error", id: `error-of-${place.dataset.field}` }, detail);
  place.append(note);
  input?.setAttribute("aria-invalid", "true");
  input?.setAttribute("aria-describedby", note.id);
}

/** A labelled field whose errors are shown below it; `around` is the element that holds the input, if not itself. */
export function field(name, label, input, help, around = input) {
  const id = (input.id ||= `field-${name}`);
  return h(
    "div",
    { class: "field", "data-field": name },
    h("label", { for: id }, label),
    around,
    help && h("p", { class: "help" }, help),
  );
}

export function start() {
  closable(dialog, { holdsEdits: typing.holds, discard: () => askToDiscard(dialog) });
  dialog.addEventListener("close", () => {
    const end = finish;
    finish = null;
    end?.();
  });
}
