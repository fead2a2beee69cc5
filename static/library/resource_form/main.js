// The form of a library resource: the fields of the chosen type, and its pictures.

import { Pictures } from "./pictures.js";

for (const root of document.querySelectorAll("[data-library-files]")) {
  const facts = JSON.parse(root.dataset.facts);
  const form = root.closest("form");
  showFieldsOfType(form, facts.fields);
  new Pictures(root, form, facts).start();
}

/** Show and require what the chosen type has; the type of a resource that exists is fixed, and so are its fields. */
function showFieldsOfType(form, fields) {
  const type = form.querySelector("select[name=type]");
  if (!type) return;
  const names = new Set(Object.values(fields).flat());
  const show = () => {
    for (const name of names) toggle(form.elements[name], (fields[type.value] ?? []).includes(name));
  };
  type.addEventListener("change", show);
  show();
}

function toggle(field, shown) {
  if (!field) return;
  field.required = shown;
  field.closest(".form-row").classList.toggle("is-of-another-type", !shown);
  const label = field.labels[0];
  if (shown && !label.querySelector("[data-required]")) label.append(requiredMark());
}

function requiredMark() {
  const mark = document.createElement("span");
  mark.className = "text-red-600 dark:text-red-500";
  mark.dataset.required = "";
  mark.textContent = "*";
  return mark;
}
