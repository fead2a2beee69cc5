// One file, large, with everything there is to know and to do; arrow keys go to its neighbours.

import { closable } from "../../library/dialogs.js";
import { api, factsOf } from "./api.js";
import { button, h, icon, toast } from "./dom.js";
import { edit } from "./edit.js";
import { focusFile } from "./focus.js";
import { copy, factsList, panelsOf } from "./panels.js";
import { remove } from "./trash.js";
import { replace } from "./replace.js";
import { more, refresh, shownFiles } from "./results.js";
import { share } from "./share.js";
import { quiet, showText, stageOf } from "./stage.js";

const dialog = document.getElementById("preview-dialog");
const stage = dialog.querySelector("[data-stage]");
const side = dialog.querySelector("[data-side]");
const buttons = dialog.querySelector("[data-buttons]");
let current = null;
let changed = false;
let leaving = new AbortController(); // what is loaded for the file that is shown

/** Open the preview of a file. */
export function preview(file) {
  show(file);
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("h2").focus();
}

async function show(file) {
  current = file;
  leaving.abort();
  leaving = new AbortController();
  dialog.querySelector("h2").textContent = file.name;
  history.replaceState(history.state, "", `#${file.id}`);
  quiet(stage);
  stage.replaceChildren(stageOf(file));
  side.replaceChildren(h("p", { class: "quiet" }, "Loading …"));
  buttons.replaceChildren();
  paintSteps();
  try {
    const detail = await api(`uploads/${file.id}/`, { organization: file.organization });
    if (current !== file) return;
    describe(file, detail);
    showText(stage, detail, leaving);
  } catch (error) {
    if (current === file) side.replaceChildren(h("p", { class: "note warning", role: "alert" }, error.message));
  }
}

function describe(file, detail) {
  dialog.querySelector("h2").textContent = detail.title || detail.original_filename;
  side.replaceChildren(factsList(detail), ...panelsOf(file, detail, { restored: (answer) => change(() => answer) }));
  const { edit: mayEdit, share: mayShare, delete: mayDelete } = detail.can;
  const progress = h("span", { class: "quiet" });
  const report = (shown) => progress.replaceChildren(shown ?? "");
  buttons.replaceChildren(
    ...[
      mayEdit && button("Edit", "edit", { "data-do": "edit", onclick: () => change(() => edit(file)) }),
      mayEdit && button("Replace", "swap_horiz", { "data-do": "replace", onclick: () => change(() => replace(file, { report })) }),
      button("Copy URL", "link", { onclick: () => copy(detail.url) }),
      mayShare && button("Share", "share", { "data-do": "share", onclick: () => share(file).then((made) => made && show(file)) }),
      h("a", { class: "button", href: detail.download_url, download: detail.original_filename }, icon("download"), h("span", {}, "Download")),
      detail.jpeg_url && h("a", { class: "button", href: `${detail.jpeg_url}?download=1`, download: "" }, icon("image"), h("span", {}, "Download as JPEG")),
      progress,
      h("span", { class: "spacer" }),
      mayDelete && button("Delete", "delete", { class: "button danger", onclick: () => erase(file) }),
    ].filter(Boolean),
  );
}

async function change(work) {
  const answer = await work();
  if (!answer) return;
  if (current?.id !== answer.id) return refresh(); // the person looks at something else by now
  changed = true;
  const fresh = { ...factsOf(answer), organization: current.organization };
  if (fresh.thumb) fresh.thumb += `?${Date.now()}`;
  await show(fresh);
  dialog.querySelector("h2").focus();
}

async function erase(file) {
  const cards = shownFiles();
  const at = cards.findIndex((card) => card.dataset.id === file.id);
  const neighbour = cards[at + 1] ?? cards[at - 1];
  const next = neighbour && at >= 0 ? factsOf(neighbour) : null;
  if (!(await remove({ files: [file], everything: null, count: 1 }))) return;
  if (next) preview(next);
  else dialog.close();
}

function paintSteps() {
  const at = position();
  dialog.querySelector("[data-step='-1']").disabled = at <= 0;
  dialog.querySelector("[data-step='1']").disabled = at < 0 || (at === shownFiles().length - 1 && !document.querySelector("[data-more] a"));
}

function position() {
  return shownFiles().findIndex((card) => card.dataset.id === current?.id);
}

async function step(by) {
  const at = position() + by;
  if (at < 0 || at === by - 1) return;
  if (!shownFiles()[at]) await more();
  const card = shownFiles()[at];
  if (card) show(factsOf(card));
}

async function openNamed() {
  const id = location.hash.slice(1);
  if (!/^[0-9a-f-]{36}$/.test(id)) return;
  const card = shownFiles().find((one) => one.dataset.id === id);
  if (card) return preview(factsOf(card));
  const found = await api(`uploads/${id}/`).catch((error) => toast(error.message, { failed: true }));
  if (found) preview(factsOf(found));
}

export function start() {
  closable(dialog);
  dialog.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-step]");
    if (pressed) step(Number(pressed.dataset.step));
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select, video, audio, dialog:not(#preview-dialog)")) return;
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) step(by);
  });
  dialog.addEventListener("close", async () => {
    leaving.abort();
    quiet(stage);
    history.replaceState(history.state, "", location.pathname + location.search);
    const id = current?.id;
    const at = position();
    current = null;
    if (changed) await refresh();
    changed = false;
    focusFile(id, at);
  });
  openNamed();
}
