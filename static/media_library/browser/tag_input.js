// A field for tags: words one types, with suggestions, each with a button that takes it away.

import { announce, h, icon, isComposing } from "./dom.js";
import { tagSuggestions } from "./tag_suggestions.js";

const MOST = 50;
let number = 0;

/** Returns {element, input, values()}; `values` includes what is typed but not yet confirmed. */
export function tagInput(tags, { organization } = {}) {
  const words = [...tags];
  const listId = `tag-suggestions-${++number}`;
  const chips = h("ul", { class: "tag-chips", "aria-label": "Selected tags", "data-words": "" });
  const options = h("datalist", { id: listId });
  const input = h("input", { id: `tags-${number}`, list: listId, maxlength: "50", autocomplete: "off", placeholder: "Add a tag" });

  const add = (text) => {
    const word = text.trim().replace(/\s+/g, " ");
    input.value = "";
    if (!word || words.length >= MOST || words.some((one) => one.toLowerCase() === word.toLowerCase())) return;
    words.push(word);
    announce(`Tag ${word} added`);
    paint();
  };
  const remove = (word) => {
    words.splice(words.indexOf(word), 1);
    announce(`Tag ${word} removed`);
    paint();
    input.focus();
  };
  const paint = () => chips.replaceChildren(...words.map((word) => chip(word, remove)));
  const suggest = tagSuggestions(input, options, { organization, taken: words });

  const read = (event) => {
    if (isComposing(event)) return; // half a word
    const picked = event.inputType === "insertReplacementText" || !event.inputType; // from the list of suggestions
    if (input.value.includes(",")) input.value.split(",").forEach(add);
    else if (picked && input.value) add(input.value);
    else suggest();
  };
  input.addEventListener("input", read);
  input.addEventListener("compositionend", () => input.value.includes(",") ? input.value.split(",").forEach(add) : suggest());
  input.addEventListener("focus", suggest, { once: true });
  input.addEventListener("keydown", (event) => {
    if (isComposing(event)) return;
    if (event.key === "Enter" && input.value.trim()) {
      event.preventDefault();
      add(input.value);
    } else if (event.key === "Backspace" && !input.value && words.length) remove(words.at(-1));
  });
  paint();
  return {
    element: h("div", { class: "tag-input" }, chips, input, options),
    input,
    write: (fresh) => {
      words.splice(0, words.length, ...fresh);
      paint();
    },
    values: () => {
      add(input.value);
      return [...words];
    },
  };
}

function chip(word, remove) {
  const away = h("button", { type: "button", "aria-label": `Remove the tag ${word}`, onclick: () => remove(word) }, icon("close"));
  return h("li", {}, word, away);
}
