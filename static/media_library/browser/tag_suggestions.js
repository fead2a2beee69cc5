// Tags that match what is typed, in the datalist of a field.

import { api } from "./api.js";
import { h, settled } from "./dom.js";

/** Returns a function that asks for suggestions soon. They leave out the `taken` names. */
export function tagSuggestions(input, options, { organization, taken = [] } = {}) {
  let composing = false;
  input.addEventListener("compositionstart", () => (composing = true));
  input.addEventListener("compositionend", () => (composing = false));
  return settled(async () => {
    const path = `tags/?limit=10&search=${encodeURIComponent(input.value)}`;
    const found = await api(path, { organization }).catch(() => ({ results: [] }));
    if (composing) return; // another list would end the composition, and half a word would be taken
    options.replaceChildren(...found.results.filter(({ name }) => !taken.includes(name)).map(({ name }) => h("option", { value: name })));
  }, 150);
}
