// What was typed into fields, compared with what they held before they were touched.

const FIELDS = "input:not([type=hidden], [type=submit], [type=button]), textarea, select";

/** Fields that appear later count from the moment they are first seen: call `see()` before each interaction. */
export function typedIn(root) {
  let before = new Map();
  const see = () => {
    for (const field of root.querySelectorAll(FIELDS)) if (!before.has(field)) before.set(field, stateOf(field));
    for (const list of root.querySelectorAll("[data-words]")) if (!before.has(list)) before.set(list, list.textContent);
  };
  return {
    begin() {
      before = new Map();
      see();
    },
    see,
    differs: () => [...before].some(([field, state]) => field.isConnected && stateOf(field) !== state),
  };
}

function stateOf(field) {
  if ("words" in field.dataset) return field.textContent;
  if (field.type === "checkbox" || field.type === "radio") return String(field.checked);
  if (field.type === "file") return [...field.files].map((file) => `${file.name}:${file.size}`).join();
  return field.multiple ? [...field.selectedOptions].map((option) => option.value).join() : field.value;
}
