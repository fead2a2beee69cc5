// What a bulk call is about: ids, or what the server lists, with its number, when all that match are meant.

import { api } from "./api.js";
import { refresh } from "./results.js";

/** The chosen files by organization (empty: the page's own), since a call acts in one. */
export function byOrganization(selected) {
  if (selected.everything) return new Map([["", selected.files]]);
  const groups = new Map();
  for (const file of selected.files) groups.set(file.organization, [...(groups.get(file.organization) ?? []), file]);
  return groups;
}

function target({ everything }, files) {
  return everything ? { filter: everything.filter, count: everything.count } : { ids: files.map(({ id }) => id) };
}

/** Call `path` for the files of one organization. The error of a list that has changed meanwhile offers to reload it. */
export async function act(selected, { organization, files, method, path, body }) {
  try {
    return await api(path, { method, body: { ...target(selected, files), ...body }, organization });
  } catch (error) {
    if (error.code === "selection_changed") error.remedy = reload();
    throw error;
  }
}

/** What to do about a list that shows another number than matches: in a dialog, or in a notice. */
export function reload() {
  return { text: "Reload the list", run: (dialog) => (dialog?.close(), refresh()) };
}
