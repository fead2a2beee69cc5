// Ticks all files of the page at once, says how many are ticked, and offers nothing for none.

const form = document.getElementById("trash");

if (form) {
  const all = form.querySelector("[data-all]");
  const boxes = [...form.querySelectorAll("input[name=ids]")];
  const buttons = form.querySelectorAll(".trash-actions button");
  const said = form.querySelector("[data-chosen]");

  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && !all.checked;
    said.textContent = chosen ? `${chosen} of ${boxes.length} selected` : "Nothing selected";
    buttons.forEach((button) => { button.disabled = !chosen; });
  };

  form.addEventListener("change", ({ target }) => {
    if (target === all) boxes.forEach((box) => { box.checked = all.checked; });
    show();
  });
  window.addEventListener("pageshow", show);
  show();
}
