// The place of the pictures of one role: its cards, and a tile to choose more or to drop them on.

import { acceptOf } from "../../dist/api.js";
import { h, icon } from "../../media_library/browser/dom.js";

const TEXTS = {
  original: ["Original", "The main picture. Every resource has one."],
  thumbnail: ["Thumbnail", "For lists. Made from the original if there is none."],
  gallery: ["Gallery", "Shown in this order: drag a picture to its place, or use its arrows."],
};

export class Zone {
  constructor(role, pictures) {
    Object.assign(this, { role, pictures, cards: [] });
    const [title, hint] = TEXTS[role];
    this.isSingle = role !== "gallery";
    this.input = h("input", {
      type: "file", class: "visually-hidden", accept: acceptOf([pictures.facts.kind]), "data-role": role,
      multiple: !this.isSingle, onchange: () => this.chosen(), "aria-label": `${this.isSingle ? "Choose" : "Add to"} ${title.toLowerCase()}`,
    });
    this.input.hasChangeListener = true; // the theme writes the name of a chosen file into a field of its own, else
    this.tile = h("label", { class: "picture-add" },
      icon("add_photo_alternate"), h("span", {}, this.isSingle ? "Choose or drop a picture" : "Add or drop pictures"), this.input);
    this.list = h("ol", { "aria-label": title });
    this.element = h("section", { class: "picture-zone", "data-zone": role },
      h("h3", {}, title, role === "original" && h("span", { class: "text-red-600 dark:text-red-500" }, "*")),
      h("p", {}, hint), h("div", { class: "picture-cards" }, this.list, this.tile));
    this.takeDrops();
  }

  /** Put a card at the end; a single one takes the place of the card before, which comes back when it goes. */
  add(card) {
    if (this.isSingle) {
      const before = this.cards[0];
      if (before?.isSaved) card.replaced = before;
      else card.replaced = before?.replaced;
      if (before && !before.isSaved) before.stop();
      this.cards = [];
    }
    this.cards.push(card);
  }

  remove(card) {
    const place = this.cards.indexOf(card);
    this.cards = this.cards.filter((other) => other !== card);
    if (card.replaced) this.cards.push(card.replaced);
    this.pictures.changed();
    const next = this.cards[Math.min(place, this.cards.length - 1)];
    (next?.element.querySelector("button:not(:disabled)") ?? this.input).focus();
  }

  move(card, place) {
    const others = this.cards.filter((other) => other !== card);
    const to = Math.max(0, Math.min(place, others.length));
    if (this.cards.indexOf(card) === to) return false;
    others.splice(to, 0, card);
    this.cards = others;
    this.pictures.changed();
    return true;
  }

  refresh() {
    this.cards.forEach((card, place) => {
      card.place(place, this.cards.length);
      // Only what is elsewhere moves: an element that is put in again loses the focus, and a drag its element.
      if (this.list.children[place] !== card.element) this.list.insertBefore(card.element, this.list.children[place] ?? null);
    });
    while (this.list.children.length > this.cards.length) this.list.lastChild.remove();
    this.tile.hidden = this.isSingle && this.cards.length > 0;
  }

  chosen() {
    this.pictures.take(this.input.files, this.role);
    this.input.value = "";
  }

  takeDrops() {
    const brings = (event) => event.dataTransfer?.types.includes("Files");
    this.element.addEventListener("dragover", (event) => {
      if (!brings(event)) return;
      event.preventDefault();
      this.element.classList.add("is-target");
    });
    this.element.addEventListener("dragleave", (event) => {
      if (!this.element.contains(event.relatedTarget)) this.element.classList.remove("is-target");
    });
    this.element.addEventListener("drop", (event) => {
      this.element.classList.remove("is-target");
      if (!brings(event)) return;
      event.preventDefault();
      this.pictures.take(event.dataTransfer.files, this.role);
    });
  }
}
