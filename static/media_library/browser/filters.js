// The sidebar, the search as one types, the order and the view; counts of the choices come after the files.

import { go, listing, onResults, parametersOf, query } from "./address.js";
import { page, send } from "./api.js";
import { counted, h, isComposing, settled } from "./dom.js";
import { tagSuggestions } from "./tag_suggestions.js";

const form = document.getElementById("browser-filters");
const search = document.querySelector("#browser-search input[type=search]");
const ordering = document.querySelector("select[name=ordering]");
const UNCOUNTED = { total: 0, most: Infinity, isExact: false };
export const totals = { ...UNCOUNTED };

function gathered() {
  const wanted = new URLSearchParams();
  for (const [name, value] of parametersOf(listing().filter)) if (!form.elements[name]) wanted.append(name, value);
  for (const [name, value] of new FormData(form)) {
    if (["search", "ordering"].includes(name) || !value.trim() || wanted.getAll(name).includes(value)) continue;
    wanted.append(name, value);
  }
  if (search.value.trim()) wanted.set("search", search.value.trim());
  wanted.set("ordering", ordering.value);
  const view = query().get("view");
  if (view) wanted.set("view", view);
  return wanted;
}

/** Make the form say what is listed: after "back", a chip or a heading. */
function show() {
  const { filter, ordering: order, view } = listing();
  const wanted = parametersOf(filter);
  if (document.activeElement !== search) search.value = wanted.get("search") ?? "";
  ordering.value = order;
  for (const box of form.querySelectorAll("input[type=checkbox], input[type=radio]")) {
    box.checked = box.value ? wanted.getAll(box.name).includes(box.value) : !wanted.has(box.name);
  }
  for (const date of form.querySelectorAll("input[type=date]")) date.value = (wanted.get(date.name) ?? "").slice(0, 10);
  form.querySelectorAll("[data-kept]").forEach((field) => field.remove());
  for (const facet of form.querySelectorAll("[data-open]")) {
    const choices = facet.querySelector("[data-choices]");
    const shown = new Set([...choices.querySelectorAll("input")].map((box) => box.value));
    const missing = wanted.getAll(facet.dataset.facet).filter((value) => !shown.has(value));
    choices.prepend(...missing.map((value) => choice(facet.dataset.facet, { value, text: value }, true)));
  }
  for (const toggle of document.querySelectorAll("[data-view]")) {
    toggle.setAttribute("aria-pressed", String(toggle.dataset.view === view));
  }
}

function choice(name, { value, text, count }, checked) {
  return h(
    "label",
    { class: "choice" },
    h("input", { type: "checkbox", name, value, checked }),
    h("span", { title: text }, text),
    h("span", { class: "count" }, count === undefined ? "" : count.toLocaleString("en")),
  );
}

let counting;
async function count() {
  counting?.abort();
  counting = new AbortController();
  Object.assign(totals, UNCOUNTED);
  const { filter, is_listed: isListed } = listing();
  if (!isListed) return showTotal();
  try {
    const answer = await send(`${page.dataset.counts}?${parametersOf(filter)}`, { signal: counting.signal });
    if (answer.ok) showCounts(await answer.json());
  } catch {
    // The list works without its counts.
  }
}

function showCounts(counts) {
  Object.assign(totals, counts, { isExact: counts.total <= counts.most });
  for (const name of ["type", "visibility", "in_use"]) {
    for (const place of form.querySelectorAll(`[data-facet=${name}] [data-count]`)) {
      place.textContent = counts[name][place.dataset.count].toLocaleString("en");
    }
  }
  for (const facet of form.querySelectorAll("[data-open]")) {
    const name = facet.dataset.facet;
    const chosen = listing().filter[name] ?? [];
    const offered = counts[name];
    const others = chosen.filter((value) => !offered.some((one) => one.value === value));
    const all = [...others.map((value) => ({ value, text: value })), ...offered];
    const focused = document.activeElement?.name === name && document.activeElement.value;
    facet.querySelector("[data-choices]").replaceChildren(
      ...all.map((one) => choice(name, one, chosen.includes(one.value))),
    );
    if (focused) [...facet.querySelectorAll("input")].find((box) => box.value === focused)?.focus();
    facet.hidden = name !== "tag" && !all.length;
  }
  showTotal();
  document.dispatchEvent(new CustomEvent("library:counted"));
}

function showTotal() {
  document.getElementById("browser-total").textContent = totals.total ? totalText() : "";
}

export function totalText() {
  return totals.isExact ? counted(totals.total, "file") : `More than ${totals.most.toLocaleString("en")} files`;
}

export function start() {
  const apply = () => go(gathered());
  const typed = settled(() => go(gathered(), { replace: true }), 250);
  search.addEventListener("input", (event) => isComposing(event) || typed());
  search.addEventListener("compositionend", typed);
  search.form.addEventListener("submit", (event) => (event.preventDefault(), apply()));
  ordering.addEventListener("change", apply);
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => (event.preventDefault(), apply()));
  const tag = form.querySelector("[data-suggest]");
  const suggest = tagSuggestions(tag, document.getElementById("browser-tags"));
  tag.addEventListener("input", (event) => isComposing(event) || (tag.value && suggest()));
  tag.addEventListener("compositionend", suggest);
  document.addEventListener("click", (event) => {
    const toggle = event.target.closest("[data-view]");
    if (toggle) showAs(toggle.dataset.view);
    const outside = event.target === page && page.classList.contains("filters-open");
    if (outside || event.target.closest("[data-action=filters]")) toggleDrawer();
  });
  document.addEventListener("keydown", (event) => {
    if (isComposing(event)) return;
    if (event.key === "/" && !event.target.closest("input, textarea, select, dialog[open]")) {
      event.preventDefault();
      search.select();
    } else if (event.key === "Escape" && page.classList.contains("filters-open")) toggleDrawer();
  });
  onResults(() => (tag.value = "", show(), count()));
  show();
  count();
}

function showAs(view) {
  document.cookie = `library_view=${view}; path=/admin/; max-age=31536000; samesite=lax`;
  const wanted = query();
  wanted.set("view", view);
  go(wanted, { replace: true });
}

function toggleDrawer() {
  const open = page.classList.toggle("filters-open");
  const opener = document.querySelector(".browser-filters-button");
  opener.setAttribute("aria-expanded", String(open));
  (open ? form.querySelector("button") : opener).focus();
}
