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

/** Returns {elements, values()} for a form, and what `merge.js` needs of a part. */
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
  const chosen = () => (filled ? [...boxes.querySelectorAll("input:checked")].map((box) => box.value) : allowed);
  return {
    elements: [place, selector],
    label: "Visibility",
    of: (file) => [file.visibility, ...(file.visibility === "ROLE_BASED" ? [...file.allowed_roles].sort() : [])],
    read: () => [select.value, ...(select.value === "ROLE_BASED" ? [...chosen()].sort() : [])],
    write: ([value, ...ids]) => {
      [select.value, allowed, filled] = [value, ids, false];
      return show();
    },
    show: ([value, ...ids]) => [CHOICES.find(([name]) => name === value)[1], ids.length && `${ids.length} roles`].filter(Boolean).join(", "),
    values: () => ({
      visibility: select.value,
      ...(select.value === "ROLE_BASED" && filled ? { allowed_roles: chosen() } : {}),
    }),
  };
}
