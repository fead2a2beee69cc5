// The media browser: puts its parts together, and says what a click on a file does.

import { factsOf } from "./api.js";
import * as bulk from "./bulk.js";
import * as dialog from "./dialog.js";
import { edit } from "./edit.js";
import * as filters from "./filters.js";
import { copy } from "./panels.js";
import * as preview from "./preview.js";
import { remove } from "./trash.js";
import * as results from "./results.js";
import * as selection from "./selection.js";

const ACTIONS = {
  copy: (file) => copy(file.url),
  delete: (file) => remove({ files: [file], everything: null, count: 1 }),
  edit: async (file) => (await edit(file)) && results.refresh(),
  preview: preview.preview,
};

document.getElementById("browser-results").addEventListener("click", (event) => {
  const card = event.target.closest(".file");
  const pressed = event.target.closest("[data-action]");
  if (!card || event.target.closest(".file-check")) return;
  const byPointer = event.detail > 0;
  if (byPointer && (event.shiftKey || event.ctrlKey || event.metaKey || (selection.isActive() && pressed?.dataset.action === "preview"))) {
    event.preventDefault();
    selection.toggle(card, { range: event.shiftKey });
  } else if (pressed) {
    event.preventDefault();
    ACTIONS[pressed.dataset.action](factsOf(card));
  }
});

// Said by the uploader when files have come in.
document.addEventListener("uploads:completed", ({ detail }) => results.refresh({ added: detail.uploads.length }));

for (const part of [dialog, selection, results, filters, bulk, preview]) part.start();
