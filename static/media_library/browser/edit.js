// Changing what is said of a file, without leaving the page.

import { ApiError, call } from "./api.js";
import { ask, field } from "./dialog.js";
import { h, toast } from "./dom.js";
import { differencesList, merge } from "./merge.js";
import { tagInput } from "./tag_input.js";
import { visibilityFields } from "./visibility.js";

const PICTURES = ["IMAGE", "EDITOR_IMAGE", "AVATAR", "LIBRARY"];
const FIXED = ["LIBRARY"]; // public by nature

/** A text of the file: its place in the dialog, and how it is read and written. */
function textPart(name, label, value, { rows, most, help } = {}) {
  const input = rows ? h("textarea", { class: "control", rows }) : h("input", { class: "control", type: "text" });
  input.maxLength = most;
  input.value = value;
  input.name = name;
  const read = () => input.value;
  const write = (text) => (input.value = text);
  return { elements: [field(name, label, input, help)], label, of: (file) => file[name], read, write, show: (text) => text, values: () => ({ [name]: read() }) };
}

function tagsPart(file, organization) {
  const tags = tagInput(file.tags, { organization });
  const sorted = (words) => [...words].sort();
  return {
    elements: [field("tags", "Tags", tags.input, "", tags.element)],
    label: "Tags",
    of: (one) => sorted(one.tags),
    read: () => sorted(tags.values()),
    write: tags.write,
    show: (words) => words.join(", "),
    values: () => ({ tags: tags.values() }),
  };
}

function partsOf(file, organization) {
  return [
    textPart("title", "Title", file.title, { most: 200 }),
    textPart("description", "Description", file.description, { most: 5000, rows: 3 }),
    PICTURES.includes(file.type) &&
      textPart("alt_text", "Alternative text", file.alt_text, {
        most: 500,
        help: "What the picture shows, for those who cannot see it.",
      }),
    textPart("category", "Category", file.category, { most: 100 }),
    tagsPart(file, organization),
    !FIXED.includes(file.type) && visibilityFields(file.visibility, file.allowed_roles, { organization }),
  ].filter(Boolean);
}

/** Open the dialog; resolves to the changed file as the API shows it, or undefined. */
export async function edit(facts) {
  const { id, organization } = facts;
  let found;
  try {
    found = await call(`uploads/${id}/`, { organization });
  } catch (error) {
    toast(error.message, { failed: true });
    return;
  }
  const parts = partsOf(found.data, organization);
  const save = async () => {
    const body = Object.assign({}, ...parts.map((part) => part.values()));
    try {
      return (await call(`uploads/${id}/`, { method: "PATCH", body, etag: found.etag, organization })).data;
    } catch (error) {
      if (error.status !== 412) throw error;
      const before = found.data;
      found = await call(`uploads/${id}/`, { organization });
      throw overtaken(error, merge(parts, before, found.data));
    }
  };
  const changed = await ask({ title: `Edit ${facts.name}`, body: parts.flatMap((part) => part.elements), action: "Save", save });
  if (changed) toast("Saved");
  return changed;
}

function overtaken({ code }, differences) {
  const detail = "This file was changed while you edited it. Nothing was saved yet: check the differences, then save again.";
  const error = new ApiError(412, [{ code, detail, attr: null }]);
  error.element = differencesList(differences);
  return error;
}
