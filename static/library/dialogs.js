// How dialogs close: never by accident, and not with unsaved edits unless the person says so.

import { typedIn } from "./typed.js";

/** Close `dialog` on Escape, beside it and on anything marked data-close. A press that began inside never closes.
 *  Where `holdsEdits()` says that something would be lost, `discard()` asks first; it resolves to true or false. */
export function closable(dialog, { holdsEdits = () => false, discard = async () => true } = {}) {
  let beganBeside = false;
  let asking = false;
  const close = async () => {
    if (asking) return;
    asking = true;
    const may = !holdsEdits() || (await discard());
    asking = false;
    if (may) dialog.close();
  };
  dialog.addEventListener("pointerdown", (event) => (beganBeside = isBeside(dialog, event)));
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")?.closest("dialog") === dialog) close();
    else if (beganBeside && isBeside(dialog, event)) close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || event.target.closest("dialog") !== dialog) return;
    event.preventDefault(); // a browser would close at the second Escape whatever the page says
    close();
  });
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog) return;
    event.preventDefault(); // the back gesture of a phone
    close();
  });
}

function isBeside(dialog, { target, clientX, clientY }) {
  if (target !== dialog) return false;
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  return clientX < left || clientX > right || clientY < top || clientY > bottom;
}

/** Ask in a dialog of its own, above `dialog`, whether what was typed may go. */
export function askToDiscard(dialog) {
  const question = document.createElement("dialog");
  question.className = `${dialog.className} question`;
  question.setAttribute("role", "alertdialog");
  question.setAttribute("aria-labelledby", "discard-title");
  question.setAttribute("aria-describedby", "discard-text");
  question.innerHTML = `
    <form method="dialog">
      <header><h2 id="discard-title">Discard your changes?</h2></header>
      <div class="form-body"><p id="discard-text">They are not saved.</p></div>
      <footer>
        <button class="button danger" value="discard">Discard</button>
        <button class="button primary" value="keep" autofocus>Keep editing</button>
      </footer>
    </form>`;
  const opener = document.activeElement;
  dialog.parentElement.append(question);
  question.showModal();
  return new Promise((resolve) => {
    const answer = (discards) => {
      question.remove();
      if (!discards) opener?.focus();
      resolve(discards);
    };
    question.addEventListener("submit", (event) => {
      event.preventDefault(); // answers now: a dialog tells of its closing later, and a key may come between
      answer(event.submitter.value === "discard");
    });
    question.addEventListener("close", () => answer(false));
  });
}

/** Watches what is typed into `root`: `begin()` when it is filled, then `holds()` tells whether anything differs. */
export function watchTyping(root, isOpen) {
  const typed = typedIn(root);
  for (const kind of ["pointerdown", "keydown"]) root.addEventListener(kind, () => typed.see(), true);
  const holds = () => isOpen() && typed.differs();
  document.addEventListener("library:leaving", (event) => holds() && event.preventDefault());
  return { begin: () => typed.begin(), holds };
}
