// Ticks all files of the page at once, then all that match; says how many are meant, and offers nothing for none.

const form = document.getElementById("trash");

if (form) {
  const all = form.querySelector("[data-all]");
  const boxes = [...form.querySelectorAll("input[name=ids]")];
  const offer = form.querySelector("[data-matching]");
  const matching = offer?.querySelector("input");
  const buttons = form.querySelectorAll(".trash-actions button");
  const said = form.querySelector("[data-chosen]");

  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && !all.checked;
    if (offer) {
      offer.hidden = !all.checked;
      matching.checked &&= all.checked;
    }
    const text = chosen ? `${chosen} of ${boxes.length} selected` : "Nothing selected";
    const now = matching?.checked ? `All ${offer.dataset.matching} files selected` : text;
    if (said.textContent !== now) said.textContent = now;
    buttons.forEach((button) => { button.disabled = !chosen; });
  };

  form.addEventListener("change", ({ target }) => {
    if (target === all) boxes.forEach((box) => { box.checked = all.checked; });
    show();
  });
  window.addEventListener("pageshow", show);
  show();
}
