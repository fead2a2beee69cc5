// The pictures of a library resource: the saved ones, those being uploaded, and the order of the gallery.
// The form posts their list as JSON: `[{id, role, name, picture, new, leaving}]`.

import { Card } from "./card.js";
import { makeSortable } from "./sortable.js";
import { Zone } from "./zone.js";

const ROLES = ["original", "thumbnail", "gallery"];

export class Pictures {
  constructor(root, form, facts) {
    Object.assign(this, { root, form, facts });
    this.input = root.querySelector("input[type=hidden]");
    this.status = root.querySelector("[data-status]");
    this.zones = Object.fromEntries(ROLES.map((role) => [role, new Zone(role, this)]));
  }

  start() {
    for (const role of ROLES) this.root.querySelector("[data-zones]").append(this.zones[role].element);
    for (const entry of JSON.parse(this.input.value || "[]")) {
      const refused = this.facts.refused[entry.id];
      this.zones[entry.role]?.add(new Card(this, entry, refused));
    }
    makeSortable(this.zones.gallery, this);
    this.form.addEventListener("submit", (event) => this.holdBack(event));
    addEventListener("pagehide", () => this.cards.filter((card) => card.isSending).forEach((card) => card.interrupt()));
    this.changed();
  }

  /** Whose library it is; null where a person who acts in all of them has not chosen yet. */
  get organization() {
    return this.form.elements.organization?.value || this.facts.organization;
  }

  get libraryType() {
    return this.form.elements.type?.value || this.facts.type;
  }

  get cards() {
    return ROLES.flatMap((role) => this.zones[role].cards);
  }

  /** Take files that were chosen or dropped. */
  take(files, role) {
    const chosen = role === "gallery" ? [...files] : [...files].slice(0, 1);
    for (const file of chosen) {
      const card = new Card(this, { role, name: file.name });
      this.zones[role].add(card);
      card.send(file);
    }
    this.changed();
  }

  /** Write down what is to be posted, and let every zone show where it stands. */
  changed() {
    for (const role of ROLES) this.zones[role].refresh();
    const stored = this.cards.filter((card) => card.entry.id && !card.problem);
    this.input.value = JSON.stringify(stored.map((card) => ({ ...card.entry, leaving: card.isLeaving })));
  }

  say(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  holdBack(event) {
    const unfinished = this.cards.find((card) => card.isSending) ?? this.cards.find((card) => card.problem);
    if (!unfinished) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    unfinished.element.scrollIntoView({ block: "center" });
    this.say(
      unfinished.problem
        ? `“${unfinished.entry.name}” was not uploaded. Try again or remove it, then save.`
        : "Some pictures are still being uploaded. Save again when they are complete.",
    );
  }
}
