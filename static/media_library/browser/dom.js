// Small helpers over the document. Text always goes in as text, never as markup.

/** Make an element: h("p", {class: "note", hidden: true, onclick}, "text", otherElement). */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function icon(name) {
  return h("span", { class: "material-symbols-outlined", "aria-hidden": "true" }, name);
}

export function button(text, symbol, properties = {}) {
  return h("button", { type: "button", class: "button", ...properties }, symbol && icon(symbol), h("span", {}, text));
}

/** Say something to screen readers alone: what a person's own doing has changed, and only when it has. */
export function announce(text) {
  const status = document.getElementById("browser-status");
  if (status.textContent !== text) status.textContent = text;
}

/** Whether a key belongs to the input method: it picks or confirms a word that is not written yet. */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229; // Safari sends the latter after the composition has ended
}

/** Show a notice for a while, with at most one thing to do about it. */
export function toast(text, { action, run, failed = false } = {}) {
  const close = () => note.remove();
  const note = h(
    "div",
    { class: failed ? "toast failed" : "toast" },
    icon(failed ? "error" : "check_circle"),
    h("p", {}, text),
    action && h("button", { type: "button", class: "button", onclick: () => (close(), run()) }, action),
    h("button", { type: "button", class: "icon-button", "aria-label": "Close this notice", onclick: close }, icon("close")),
  );
  const place = document.querySelector("dialog[open]") ?? document.getElementById("browser");
  const region = document.getElementById("browser-toasts");
  place.append(region); // an open dialog hides everything outside it
  region.append(note);
  if (!failed) setTimeout(close, action ? 10000 : 5000);
}

/** Files, "1 file": numbers with the noun they count. */
export function counted(number, noun, plural = `${noun}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? noun : plural}`;
}

export function humanSize(bytes) {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let step = 0;
  while (bytes >= 1024 && step < units.length - 1) (bytes /= 1024), step++;
  return `${step ? bytes.toFixed(1) : bytes} ${units[step]}`;
}

/** A time as the server's pages show it: in the person's time zone, whatever this machine's is. */
export function moment(iso) {
  const timeZone = document.getElementById("main")?.dataset.timeZone || undefined;
  const shown = (zone) => new Date(iso).toLocaleString("en", { dateStyle: "medium", timeStyle: "short", timeZone: zone });
  try {
    return iso ? shown(timeZone) : "";
  } catch {
    return shown("UTC"); // a zone that this browser does not know
  }
}

/** The same with the zone said, where a day depends on it. */
export function momentInZone(iso) {
  return iso ? `${moment(iso)} (${document.getElementById("main")?.dataset.timeZone ?? "UTC"})` : "";
}

/** Call `work` once the calls have stopped for `wait` milliseconds. */
export function settled(work, wait) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), wait);
  };
}
