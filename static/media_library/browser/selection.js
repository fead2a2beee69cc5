// Which files are chosen: by click, by shift-click, all of the page, or all that match.

import { listing, onResults } from "./address.js";
import { factsOf, page } from "./api.js";
import { announce, counted } from "./dom.js";
import { totals } from "./filters.js";
import { shownFiles } from "./results.js";

const bar = document.getElementById("browser-bulk");
const results = document.getElementById("browser-results");
const chosen = new Map();
let everything = null;
let kept = new Set(); // of these ids, until a refresh is complete
let last = null;
let announced = "";

/** The chosen files; `everything` is the filter, and the number shown, when all that match are meant. */
export function selection() {
  return { files: [...chosen.values()], everything, count: everything ? everything.count : chosen.size };
}

export function clear() {
  chosen.clear();
  kept.clear();
  everything = null;
  last = null;
  paint();
}

export function isActive() {
  return chosen.size > 0 || everything !== null;
}

function set(card, on) {
  if (on) chosen.set(card.dataset.id, factsOf(card));
  else chosen.delete(card.dataset.id);
  if (on) return;
  everything = null;
  kept.delete(card.dataset.id);
}

/** Choose again what was chosen before a refresh, as it is now, once it is shown. "All" may be another number by now. */
function restart({ isRefresh }) {
  kept = new Set(isRefresh && !everything ? chosen.keys() : []);
  if (!kept.size) return clear();
  chosen.clear();
  chooseKept();
}

function chooseKept() {
  for (const card of shownFiles()) if (kept.has(card.dataset.id)) set(card, true);
  paint();
}

/** Choose a file or not; with `range` every file between it and the one before. */
export function toggle(card, { on = !chosen.has(card.dataset.id), range = false } = {}) {
  const cards = shownFiles();
  const from = range && last ? cards.findIndex((one) => one.dataset.id === last) : -1;
  const to = cards.indexOf(card);
  const touched = from < 0 ? [card] : cards.slice(Math.min(from, to), Math.max(from, to) + 1);
  touched.forEach((one) => set(one, range ? true : on));
  last = card.dataset.id;
  paint();
}

export function choosePage() {
  shownFiles().forEach((card) => set(card, true));
  paint();
}

export function chooseEverything() {
  choosePage();
  everything = { filter: listing().filter, count: totals.total };
  paint();
}

function paint() {
  for (const card of shownFiles()) {
    const on = everything !== null || chosen.has(card.dataset.id);
    card.classList.toggle("chosen", on);
    card.querySelector(".file-check").checked = on;
  }
  results.classList.toggle("choosing", isActive());
  const cards = shownFiles();
  const head = results.querySelector("[data-select-page]");
  if (head) {
    head.checked = cards.length > 0 && cards.every((card) => chosen.has(card.dataset.id));
    head.indeterminate = isActive() && !head.checked;
  }
  paintBar(cards);
}

function paintBar(cards) {
  const text = everything ? `All ${counted(everything.count, "file")} that match` : `${counted(chosen.size, "file")} selected`;
  bar.hidden = !isActive();
  bar.querySelector("[data-selected]").textContent = text;
  announceChange(isActive() ? text : "");
  const all = bar.querySelector("[data-bulk=all]");
  // A call that means "all" acts in one organization: not for a person who acts in all of them.
  all.hidden = Boolean(page.dataset.everywhere || everything) || totals.total <= cards.length || chosen.size < cards.length;
  all.disabled = !totals.isExact; // no call takes as many, and a number that is not exact is none to act on
  all.textContent = totals.isExact
    ? `Select all ${totals.total.toLocaleString("en")} that match`
    : `More than ${totals.most.toLocaleString("en")} match: narrow the filters`;
  bar.querySelector("[data-bulk=page]").hidden = everything !== null || chosen.size >= cards.length;
  const may = (verb) => everything !== null || [...chosen.values()].some((file) => file.may.includes(verb));
  for (const name of ["visibility", "tags"]) bar.querySelector(`[data-bulk=${name}]`).hidden = !may("edit");
  bar.querySelector("[data-bulk=delete]").hidden = !may("delete");
}

/** Said when it changes: a list that was fetched again has nothing to say. */
function announceChange(text) {
  if (text !== announced) announce(text || "Nothing selected");
  announced = text;
}

export function start() {
  results.addEventListener("click", (event) => {
    const box = event.target.closest(".file-check");
    if (box) return toggle(box.closest(".file"), { on: box.checked, range: event.shiftKey });
    if (event.target.closest("[data-select-page]")) return event.target.checked ? choosePage() : clear();
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog[open]")) return;
    if (event.key === "Escape" && isActive()) clear();
  });
  onResults(restart);
  document.addEventListener("library:refreshed", chooseKept);
  document.addEventListener("library:counted", () => isActive() && paint());
}
