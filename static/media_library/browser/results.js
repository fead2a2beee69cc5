// More files as one scrolls, and the same place again when one comes back.

import { load, onResults, parsed, query } from "./address.js";
import { page, send, succeeded } from "./api.js";
import { announce, counted, toast } from "./dom.js";

const results = document.getElementById("browser-results");
const KEY = "library-place";
const MOST = 200; // files that the server gives at once
let loading = false;

const near = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && more(), {
  rootMargin: "800px",
});

function link() {
  return results.querySelector("[data-more] a");
}

export function shownFiles() {
  return [...results.querySelectorAll(".file")];
}

/** Put the next page below the others; true when there was one. */
export async function more(limit, { quiet = false } = {}) {
  const next = link();
  if (!next || loading) return false;
  loading = true;
  next.setAttribute("aria-busy", "true");
  try {
    const wanted = new URLSearchParams(next.search);
    if (limit) wanted.set("limit", limit);
    const answer = await succeeded(send(`${page.dataset.results}?${wanted}`));
    if (next.isConnected) append(parsed(await answer.text()), quiet);
  } catch (error) {
    toast(error.message, { failed: true, action: "Try again", run: () => more(limit, { quiet }) });
    return false;
  } finally {
    loading = false;
    next.removeAttribute("aria-busy");
  }
  return true;
}

function append(fragment, quiet) {
  const fresh = [...fragment.querySelectorAll(".file")];
  const had = document.activeElement === link();
  results.querySelector("[data-files]").append(...fresh);
  results.querySelector("[data-more]").replaceChildren(...fragment.querySelector("[data-more]").childNodes);
  if (had) (link() ?? fresh[0]?.querySelector("a"))?.focus({ preventScroll: true });
  if (!quiet) announce(`${counted(fresh.length, "more file")} shown.`);
  watch();
}

function watch() {
  near.disconnect();
  if (link()) near.observe(link());
}

function remember() {
  const place = { search: query().toString(), count: shownFiles().length, y: scrollY };
  sessionStorage.setItem(KEY, JSON.stringify(place));
}

/** After "back" or a reload: as many files as there were, and the same place among them. */
async function restore() {
  const kind = performance.getEntriesByType("navigation")[0]?.type;
  const place = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
  if (kind === "navigate" || !place || place.search !== query().toString() || !place.y) return;
  while (shownFiles().length < place.count && (await more(Math.min(place.count - shownFiles().length, MOST), { quiet: true })));
  scrollTo(0, place.y);
}

/** Fetch what is shown again, longer by `added` files, keeping the place and what is chosen: after something has changed. */
export async function refresh({ added = 0 } = {}) {
  const count = shownFiles().length + added;
  const place = scrollY;
  if (!(await load({ limit: Math.min(Math.max(count, 48), MOST), isRefresh: true }))) return;
  while (shownFiles().length < count && (await more(MOST, { quiet: true })));
  scrollTo(0, place);
  document.dispatchEvent(new CustomEvent("library:refreshed"));
}

export function start() {
  history.scrollRestoration = "manual";
  window.addEventListener("pagehide", remember);
  results.addEventListener("click", (event) => {
    if (!event.target.closest("[data-more] a")) return;
    event.preventDefault();
    more();
  });
  onResults(watch);
  restore().then(watch);
}
