// Who may see a file: the visibility, and the roles only where it is role based.

import { api } from "./api.js";
import { field } from "./dialog.js";
import { h } from "./dom.js";

const CHOICES = [
  ["PUBLIC", "Public", "Anyone with the address"],
  ["ROLE_BASED", "Role based", "The roles that you choose, and people who see every file"],
  ["PRIVATE", "Private", "The owner, and people who see every file"],
];
const roles = new Map();

function rolesOf(organization) {
  const key = organization ?? "";
  if (!roles.has(key)) roles.set(key, api("roles/?limit=200", { organization }).catch((error) => (roles.delete(key), Promise.reject(error))));
  return roles.get(key);
}

/** Returns {elements, values()} for a form. */
export function visibilityFields(visibility, allowed, { organization } = {}) {
  const select = h(
    "select",
    { class: "control" },
    CHOICES.map(([value, text]) => h("option", { value, selected: value === visibility }, text)),
  );
  const explained = h("p", { class: "help" });
  const boxes = h("div", { class: "role-boxes" });
  const selector = h("fieldset", { class: "field", "data-field": "allowed_roles" }, h("legend", {}, "Allowed roles"), boxes);
  let filled = false;

  const show = async () => {
    explained.textContent = CHOICES.find(([value]) => value === select.value)[2];
    selector.hidden = select.value !== "ROLE_BASED";
    if (selector.hidden || filled) return;
    filled = true;
    const found = await rolesOf(organization).catch(() => null);
    const rows = found?.results ?? found ?? [];
    boxes.replaceChildren(
      ...rows.map(({ id, name }) =>
        h("label", { class: "choice" }, h("input", { type: "checkbox", value: id, checked: allowed.includes(id) }), h("span", {}, name)),
      ),
    );
    if (!found) boxes.replaceChildren(h("p", { class: "help" }, "The roles could not be loaded."));
    filled = Boolean(found);
  };
  select.addEventListener("change", show);
  show();
  const place = field("visibility", "Visibility", select);
  place.append(explained);
  return {
    elements: [place, selector],
    values: () => ({
      visibility: select.value,
      ...(select.value === "ROLE_BASED" && filled
        ? { allowed_roles: [...boxes.querySelectorAll("input:checked")].map((box) => box.value) }
        : {}),
    }),
  };
}
