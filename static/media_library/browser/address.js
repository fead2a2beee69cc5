// The address of the page holds its whole state; results are fetched for it and put in place. The server alone reads
// it, and says with the results what it lists.

import { page, send, succeeded } from "./api.js";
import { announce } from "./dom.js";
import { keepFocus } from "./focus.js";

const results = document.getElementById("browser-results");
const ORGANIZATION = "_organization";
const listeners = [];
let underway;

/** Call `work({ isRefresh })` whenever results have been put in place; a refresh brings those of the same address again. */
export function onResults(work) {
  listeners.push(work);
}

export function query() {
  return new URLSearchParams(location.search);
}

/** What the server says of the results that are shown: filter, ordering, view, and whether anything is listed by it. */
export function listing() {
  const told = document.getElementById("browser-listing");
  return told ? JSON.parse(told.textContent) : { filter: {}, ordering: "", view: "", is_listed: false };
}

/** A filter as the query string of a list. */
export function parametersOf(filter) {
  return new URLSearchParams(Object.entries(filter).flatMap(([name, values]) => values.map((value) => [name, value])));
}

/** Show what `parameters` (a query string or URLSearchParams) ask for; a new step in the browser's history. */
export function go(parameters, { replace = false } = {}) {
  const wanted = new URLSearchParams(parameters);
  for (const [name, value] of [...wanted]) if (!value.trim()) wanted.delete(name, value);
  const named = query().get(ORGANIZATION); // a tab that was opened in an organization by name stays in it when reloaded
  if (named) wanted.set(ORGANIZATION, named);
  const address = `${location.pathname}?${wanted}`;
  if (replace) history.replaceState({}, "", address);
  else history.pushState({}, "", address);
  return load();
}

/** Show what the address asks for; true when it is shown. */
export async function load({ limit, isRefresh = false } = {}) {
  underway?.abort();
  underway = new AbortController();
  results.setAttribute("aria-busy", "true");
  let back = () => {};
  let isShown = false;
  try {
    const wanted = query();
    if (limit) wanted.set("limit", limit);
    const found = await fetched(`${page.dataset.results}?${wanted}`, underway.signal);
    back = keepFocus(); // now: while the answer was on its way the person may have gone on
    results.replaceChildren(...found);
    isShown = true;
  } catch (error) {
    if (error.name === "AbortError") return false;
    showFailure(error);
  }
  results.removeAttribute("aria-busy");
  listeners.forEach((work) => work({ isRefresh: isRefresh && isShown }));
  back();
  return isShown;
}

/** The results that the server gives for an address, as nodes. Throws ApiError. */
async function fetched(address, signal) {
  const answer = await send(address, { signal });
  if (answer.status !== 400) await succeeded(answer); // 400 says in words what the address means to ask
  return parsed(await answer.text()).body.childNodes;
}

/** Markup of our own templates. */
export function parsed(text) {
  return new DOMParser().parseFromString(text, "text/html");
}

function showFailure(error) {
  const text = error.code === "permission_denied" ? "You may not see these files." : error.message;
  const note = document.createElement("div");
  note.className = "browser-nothing";
  note.setAttribute("role", "alert");
  const title = document.createElement("h2");
  title.textContent = "The files could not be loaded";
  const reason = document.createElement("p");
  reason.textContent = text;
  const again = document.createElement("button");
  again.className = "button";
  again.textContent = "Try again";
  again.addEventListener("click", () => load());
  note.append(title, reason, again);
  results.replaceChildren(note);
  announce(text);
}

window.addEventListener("popstate", () => load());
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-go]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const names = link.closest("th") ? link.textContent : null;
  go(link.search).then(() => {
    const headings = names ? [...results.querySelectorAll("th a")] : [];
    (headings.find((other) => other.textContent.slice(0, 4) === names.slice(0, 4)) ?? results).focus();
  });
});
