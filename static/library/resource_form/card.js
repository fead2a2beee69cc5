// One picture: saved, uploading with its progress, or refused with the reason.

import { holdPage, sentence } from "../../dist/api.js";
import { h, icon } from "../../media_library/browser/dom.js";
import { preview } from "./preview.js";
import { abandon, acceptedType, announce, inTurn, put, Unacceptable } from "./upload.js";

export class Card {
  constructor(pictures, entry, problem = "") {
    Object.assign(this, { pictures, entry, problem, isLeaving: Boolean(entry.leaving), isSending: false });
    this.isSaved = Boolean(entry.id) && !entry.new;
    this.session = entry.new ? entry.id : null;
    this.image = h("img", { alt: "", draggable: "false" });
    this.bar = h("progress", { max: "1", value: "0", "aria-label": `Uploading ${entry.name}` });
    this.note = h("p", { class: "picture-note" });
    this.buttons = h("div", { class: "picture-buttons" });
    this.element = h("li", { class: "picture-card", draggable: entry.role === "gallery" },
      h("div", { class: "picture-frame" }, icon("image"), this.image),
      h("p", { class: "picture-name", title: entry.name }, entry.name), this.bar, this.note, this.buttons);
    this.image.addEventListener("error", () => this.image.removeAttribute("src"));
    this.show();
  }

  get zone() {
    return this.pictures.zones[this.entry.role];
  }

  async send(file) {
    const stopping = new AbortController();
    const facts = this.pictures.facts;
    Object.assign(this, { file, stopping, problem: "", isSending: true });
    this.show();
    const release = holdPage();
    try {
      const contentType = acceptedType(file, facts.kind, facts.aliases);
      if (!this.pictures.organization) throw new Error("Choose the organization first, then try again.");
      this.entry.picture = await preview(file);
      this.show();
      await inTurn(() => this.transfer(contentType, stopping.signal));
      this.pictures.say(`“${file.name}” is uploaded. Save to keep it.`);
    } catch (error) {
      if (stopping.signal.aborted) return;
      this.giveUp();
      this.problem = error instanceof Unacceptable ? error.message : sentence(error);
      this.isHopeless = error instanceof Unacceptable;
      this.pictures.say(this.isHopeless ? this.problem : `“${file.name}”: ${this.problem}`);
    } finally {
      release();
    }
    this.isSending = false;
    this.show();
    this.pictures.changed();
  }

  async transfer(contentType, signal) {
    const { organization, libraryType } = this.pictures;
    signal.throwIfAborted();
    const session = await announce({
      file: this.file, role: this.entry.role, contentType, libraryType, organization,
    });
    this.session = session.id;
    if (signal.aborted) this.giveUp(); // taken away meanwhile
    signal.throwIfAborted();
    await put(session, this.file, {
      organization, signal, report: (part) => this.progress(part), wait: (text) => { this.note.textContent = text; },
    });
    Object.assign(this.entry, { id: session.id, new: true });
  }

  progress(part) {
    this.bar.value = part;
    this.note.textContent = part < 1 ? `${Math.floor(part * 100)} %` : "Finishing …";
  }

  /** Abort an upload that is running or not saved yet. */
  stop() {
    this.stopping?.abort();
    this.giveUp();
  }

  /** The page is being left. A person who comes back to it finds the file to be sent again. */
  interrupt() {
    this.stop();
    Object.assign(this, { isSending: false, problem: "The page was left during the upload. Try again." });
    this.show();
  }

  giveUp() {
    if (this.session) abandon(this.session, this.pictures);
    this.session = null;
  }

  /** Remove the picture: at once if it was never saved, else when the form is saved. */
  leave() {
    if (this.isSaved && !this.problem) {
      this.isLeaving = true;
      this.pictures.say(`“${this.entry.name}” will be moved to the trash when you save.`);
      this.show();
      this.pictures.changed();
      this.buttons.querySelector("button")?.focus();
    } else {
      this.stop();
      this.pictures.say(`“${this.entry.name}” is removed.`);
      this.zone.remove(this);
    }
  }

  stay() {
    this.isLeaving = false;
    this.show();
    this.pictures.changed();
    this.buttons.querySelector("button:not(:disabled)")?.focus();
  }

  /** Set its position in the zone, for the arrows. */
  place(place, count) {
    const [earlier, later] = [this.buttons.querySelector("[data-move='-1']"), this.buttons.querySelector("[data-move='1']")];
    if (earlier) earlier.disabled = place === 0;
    if (later) later.disabled = place === count - 1;
  }

  show() {
    const { picture } = this.entry;
    if (picture && this.image.getAttribute("src") !== picture) this.image.src = picture;
    this.element.classList.toggle("is-failed", Boolean(this.problem));
    this.element.classList.toggle("is-leaving", this.isLeaving);
    this.bar.hidden = !this.isSending;
    if (!this.isSending) this.note.textContent = this.problem || (this.isLeaving ? "Will be moved to the trash" : this.saved());
    else if (!this.bar.value) this.note.textContent = "Waiting";
    this.buttons.replaceChildren(...this.actions());
    const cards = this.zone?.cards ?? [];
    this.place(cards.indexOf(this), cards.length);
  }

  saved() {
    return this.isSaved ? this.entry.facts ?? "" : "New";
  }

  actions() {
    const { name, role } = this.entry;
    if (this.isLeaving) return [this.button("undo", `Keep ${name}`, () => this.stay())];
    const remove = this.button(this.isSending ? "close" : "delete", `${this.isSending ? "Cancel" : "Remove"} ${name}`, () => this.leave());
    if (this.problem) {
      return [this.file && !this.isHopeless && this.button("refresh", `Try ${name} again`, () => this.send(this.file)), remove].filter(Boolean);
    }
    if (role !== "gallery") {
      const replace = this.button("swap_horiz", `Replace the ${role}`, () => this.zone.input.click());
      return this.isSaved ? [replace] : [!this.isSending && replace, remove].filter(Boolean);
    }
    return [
      this.button("arrow_back", `Move ${name} earlier`, () => this.move(-1), { "data-move": "-1" }),
      this.button("arrow_forward", `Move ${name} later`, () => this.move(1), { "data-move": "1" }),
      remove,
    ];
  }

  move(by) {
    const { zone } = this;
    if (!zone.move(this, zone.cards.indexOf(this) + by)) return;
    const same = this.buttons.querySelector(`[data-move='${by}']`);
    (same.disabled ? this.buttons.querySelector(`[data-move='${-by}']`) : same).focus();
    this.announcePosition();
  }

  announcePosition() {
    this.pictures.say(`“${this.entry.name}” is picture ${this.zone.cards.indexOf(this) + 1} of ${this.zone.cards.length}.`);
  }

  button(symbol, label, onclick, more = {}) {
    return h("button", { type: "button", class: "picture-button", "aria-label": label, title: label, onclick, ...more }, icon(symbol));
  }
}
