// Every form of the admin: leaving it with unsaved edits asks first. Sending it does not, nor a form that is as it was.
// Scripts of a page that hold edits elsewhere prevent the event `library:leaving`.

(() => {
  const FORMS = '#content-main form[id$="_form"], form[data-keeps-edits]';
  const OURS = new Set(["csrfmiddlewaretoken", "_version"]);
  const SENDING = 2000; // milliseconds in which the browser has left, or never will
  const before = new Map();
  let sending = false;

  const stateOf = (form) =>
    JSON.stringify(
      [...new FormData(form)]
        .filter(([name]) => !OURS.has(name))
        .map(([name, value]) => [name, value instanceof File ? `${value.name}:${value.size}` : value]),
    );
  // Taken at the first touch: scripts have filled in their fields by then, and nothing was typed yet.
  const remember = (event) => {
    if (!event.isTrusted) return;
    for (const form of document.querySelectorAll(FORMS)) if (!before.has(form)) before.set(form, stateOf(form));
  };
  const holdsEdits = (form) => Boolean(form.querySelector("[data-typed]")) || (before.has(form) && before.get(form) !== stateOf(form));

  for (const kind of ["pointerdown", "keydown", "beforeinput", "dragenter", "paste"]) document.addEventListener(kind, remember, true);
  addEventListener("submit", (event) => {
    if (event.defaultPrevented || !event.target.matches(FORMS)) return;
    sending = true;
    setTimeout(() => (sending = false), SENDING);
  });
  addEventListener("beforeunload", (event) => {
    const isQuiet = document.dispatchEvent(new CustomEvent("library:leaving", { cancelable: true }));
    if (sending || (isQuiet && ![...document.querySelectorAll(FORMS)].some(holdsEdits))) return;
    event.preventDefault();
    event.returnValue = ""; // what older browsers go by
  });
})();
