// What a bulk call is about: ids, or the filters of the address when all that match are meant.

import { filters } from "./address.js";

/** The chosen files by organization (empty: the page's own), since a call acts in one. */
export function byOrganization(selected) {
  if (selected.everything) return new Map([["", selected.files]]);
  const groups = new Map();
  for (const file of selected.files) groups.set(file.organization, [...(groups.get(file.organization) ?? []), file]);
  return groups;
}

export function target(selected, files) {
  return selected.everything ? { filter: filters() } : { ids: files.map(({ id }) => id) };
}
