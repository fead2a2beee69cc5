// New bytes under the same address: the client sends them, and the file changes once they are stored.

import { acceptOf, classify, isFinal, libraryOf, retrySentence, sentence, whileHere } from "../../dist/api.js";
import { page } from "./api.js";
import { button, h, toast } from "./dom.js";

const table = JSON.parse(document.getElementById("uploader-config")?.textContent ?? "null"); // what each kind accepts

/** Let the person pick a file in place of `file`; resolves to the changed file, or undefined.
 *  `report` is given an element that shows how far it is, and null when there is nothing to show. */
export async function replace(file, { report }) {
  const chosen = await pick(file);
  const { error } = chosen && table ? classify(chosen, table, file.type) : {};
  if (error) return toast(error, { failed: true });
  while (chosen) {
    const { changed, error, isLeft } = await attempt(file, chosen, report);
    if (changed) toast("Replaced. The earlier version is kept.");
    if (isLeft) toast("Replacing was canceled. The file is unchanged.");
    if (!error) return changed;
    await failed(error);
  }
}

function pick(file) {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = table ? acceptOf([table.kinds[file.type]]) : "";
  input.dataset.replace = "";
  input.hasChangeListener = true; // keeps the theme's script off, which fails over inputs that it did not draw
  input.hidden = true;
  page.append(input);
  return new Promise((resolve) => {
    input.addEventListener("change", () => (input.remove(), resolve(input.files[0])));
    input.addEventListener("cancel", () => (input.remove(), resolve(undefined)));
    input.click();
  });
}

/** What comes to a bad end, is canceled or left gives its part of the quota back: the client aborts the session. */
async function attempt(file, chosen, report) {
  const leaving = new AbortController();
  const progress = progressOf(chosen, () => leaving.abort());
  const library = libraryOf(file.organization || undefined);
  report(progress.element);
  const options = {
    type: file.type,
    contentType: chosen.type,
    signal: leaving.signal,
    onProgress: ({ sent, total }) => progress.moved(sent / total),
    onRetry: (error) => progress.say(retrySentence(error)),
  };
  try {
    return { changed: await whileHere(library, (onSession) => library.replaceFile(file.id, chosen, { ...options, onSession })) };
  } catch (error) {
    return leaving.signal.aborted ? { isLeft: true } : { error };
  } finally {
    report(null);
  }
}

/** Say what went wrong; resolves when it is to be tried again, never where that is of no use. */
function failed(error) {
  return new Promise((resolve) => {
    toast(sentence(error), { failed: true, ...(!isFinal(error) && { action: "Try again", run: resolve }) });
  });
}

function progressOf(chosen, cancel) {
  const bar = h("progress", { max: "1", value: "0", "aria-label": `Replacing with ${chosen.name}` });
  const share = h("span", { "aria-hidden": "true" }, "0 %");
  const words = h("span", { role: "status" });
  const say = (text) => words.textContent !== text && (words.textContent = text); // said once to screen readers
  return {
    say,
    element: h("span", { class: "replacing" }, bar, share, words, button("Cancel", "close", { class: "button small", onclick: cancel })),
    moved(part) {
      bar.value = part;
      share.textContent = part < 1 ? `${Math.floor(part * 100)} %` : "Finishing …";
      say("");
    },
  };
}
