// Changing what is said of a file, without leaving the page.

import { ApiError, api, call } from "./api.js";
import { ask, field } from "./dialog.js";
import { h, toast } from "./dom.js";
import { tagInput } from "./tag_input.js";
import { visibilityFields } from "./visibility.js";

const PICTURES = ["IMAGE", "EDITOR_IMAGE", "AVATAR", "LIBRARY"];
const FIXED = ["LIBRARY"]; // public by nature

function textField(name, label, value, { rows, most, help } = {}) {
  const input = rows ? h("textarea", { class: "control", rows }) : h("input", { class: "control", type: "text" });
  input.maxLength = most;
  input.value = value;
  input.name = name;
  return field(name, label, input, help);
}

/** Open the dialog; resolves to the changed file as the API shows it, or undefined. */
export async function edit(facts) {
  const organization = facts.organization;
  let found;
  try {
    found = await call(`uploads/${facts.id}/`, { organization });
  } catch (error) {
    toast(error.message, { failed: true });
    return;
  }
  const file = found.data;
  const tags = tagInput(file.tags, { organization });
  const visible = FIXED.includes(file.type) ? null : visibilityFields(file.visibility, file.allowed_roles, { organization });
  const texts = [
    textField("title", "Title", file.title, { most: 200 }),
    textField("description", "Description", file.description, { most: 5000, rows: 3 }),
    PICTURES.includes(file.type) &&
      textField("alt_text", "Alternative text", file.alt_text, {
        most: 500,
        help: "What the picture shows, for those who cannot see it.",
      }),
    textField("category", "Category", file.category, { most: 100 }),
  ].filter(Boolean);
  const tagField = field("tags", "Tags", tags.input, "", tags.element);
  const inputs = texts.map((place) => place.querySelector("input, textarea"));
  const save = () =>
    send(file, found.etag, organization, {
      ...Object.fromEntries(inputs.map((input) => [input.name, input.value])),
      tags: tags.values(),
      ...visible?.values(),
    });
  const changed = await ask({
    title: `Edit ${facts.name}`,
    body: [...texts, tagField, ...(visible?.elements ?? [])],
    action: "Save",
    save,
  });
  if (changed) toast("Saved");
  return changed;
}

async function send(file, etag, organization, body) {
  try {
    return await api(`uploads/${file.id}/`, { method: "PATCH", body, etag, organization });
  } catch (error) {
    if (error.status !== 412) throw error;
    const detail = "Somebody changed this file meanwhile. Close the dialog and open it again to see the change.";
    throw new ApiError(412, [{ code: error.code, detail, attr: null }]);
  }
}
