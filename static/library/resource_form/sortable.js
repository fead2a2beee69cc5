// Sorting the gallery with the pointer: cards make room while one is dragged, and go back where it is let go elsewhere.

export function makeSortable(zone, pictures) {
  let dragged = null;
  let before = [];

  const cardAt = (target) => zone.cards.find((card) => card.element.contains(target));

  zone.list.addEventListener("dragstart", (event) => {
    dragged = cardAt(event.target);
    if (!dragged) return;
    before = zone.cards;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.entry.name);
    requestAnimationFrame(() => dragged?.element.classList.add("is-dragged")); // after its picture was taken
  });

  zone.list.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const over = cardAt(event.target);
    if (!over || over === dragged) return;
    const { left, width } = over.element.getBoundingClientRect();
    const [from, to] = [zone.cards.indexOf(dragged), zone.cards.indexOf(over)];
    const isPast = from < to ? event.clientX > left + width / 2 : event.clientX < left + width / 2;
    if (isPast) zone.move(dragged, to); // else they would change places to and fro where widths differ
  });

  zone.list.addEventListener("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    before = zone.cards;
    dragged.announcePosition();
  });

  zone.list.addEventListener("dragend", () => {
    dragged?.element.classList.remove("is-dragged");
    dragged = null;
    if (before !== zone.cards) {
      zone.cards = before;
      pictures.changed();
    }
  });
}
