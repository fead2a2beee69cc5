// Where the keyboard is among the files, kept while they are fetched again.

const results = document.getElementById("browser-results");
const bar = document.getElementById("browser-bulk");
const CONTROLS = ["a[data-action=preview]", ".file-check"];

function cards() {
  return [...results.querySelectorAll(".file")];
}

/** What of a card the keyboard is on, as a selector that finds the same on the card that takes its place. */
function controlOf(element) {
  const action = element.dataset?.action;
  return action && element.matches("button") ? `button[data-action=${action}]` : CONTROLS.find((one) => element.matches(one));
}

function isLost() {
  const active = document.activeElement;
  return !active || active === document.body || !active.checkVisibility();
}

/** Put the keyboard on the file of this id (on `control` of it), else on the one that stands at `at`, else on the list. */
export function focusFile(id, at, control) {
  const now = cards();
  const same = now.find((one) => one.dataset.id === id);
  const place = same ?? (at < 0 ? null : now[Math.min(at, now.length - 1)]);
  const [first] = CONTROLS.map((one) => place?.querySelector(one)).filter(Boolean);
  ((control && same?.querySelector(control)) ?? first ?? results).focus({ preventScroll: true });
}

/** Remember the file that the keyboard is on, or that the bar of chosen files is about. Returns what brings the keyboard
 *  back once it was lost: to the same file, else to the one in its place, else to the list. */
export function keepFocus() {
  const active = document.activeElement;
  if (!results.contains(active) && !bar.contains(active)) return () => {};
  const card = active.closest(".file") ?? (bar.contains(active) ? results.querySelector(".file.chosen") : null);
  const at = cards().indexOf(card);
  const control = card ? controlOf(active) : null;
  return () => isLost() && focusFile(card?.dataset.id, at, control);
}
