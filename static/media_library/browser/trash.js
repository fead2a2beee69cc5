// Into the trash, with a word on what is in use, and back again.

import { api, factsOf, page } from "./api.js";
import { parametersOf } from "./address.js";
import { ask } from "./dialog.js";
import { counted, h, toast } from "./dom.js";
import { act, byOrganization } from "./targets.js";
import { refresh } from "./results.js";

const NAMED = 8;

/** Ask, then put the files of `selected` into the trash; true when something was. */
export async function remove(selected) {
  const used = await inUse(selected);
  const denied = selected.everything ? 0 : selected.files.filter((file) => !file.may.includes("delete")).length;
  const force = used.count > 0 && h("input", { type: "checkbox", id: "delete-used" });
  const one = selected.files.length === 1 && !selected.everything ? selected.files[0] : null;
  const body = [
    h("p", {}, "Files in the trash can be restored until they are deleted for good."),
    denied > 0 && h("p", { class: "note" }, `${counted(denied, "file")} of others will be kept: you may not delete ${denied === 1 ? "it" : "them"}.`),
    used.count > 0 && usedNote(used, one),
    force && h("label", { class: "choice" }, force, h("span", {}, one ? "Delete anyway" : "Also delete files in use")),
  ].filter(Boolean);
  const outcome = await ask({
    title: one ? `Delete ${one.name}?` : `Delete ${counted(selected.count, "file")}?`,
    body,
    action: "Move to the trash",
    danger: true,
    save: () => send(selected, Boolean(force && force.checked)),
  });
  if (!outcome) return false;
  showOutcome(outcome, selected);
  if (outcome.deleted.length) await refresh();
  return outcome.deleted.length > 0;
}

function usedNote(used, one) {
  const rows = used.places.length ? used.places.map(place) : used.names.slice(0, NAMED).map((name) => h("li", {}, name));
  const more = used.count - rows.length;
  return h(
    "div",
    { class: "note warning", role: "note" },
    h("p", {}, one ? `This file is used in ${counted(used.count, "place")}:` : `${counted(used.count, "file")} in use will be kept:`),
    h("ul", {}, rows, more > 0 && h("li", {}, `and ${more.toLocaleString("en")} more`)),
  );
}

export function place({ label, url, entity_type, entity_id, field }) {
  const text = label || `${entity_type} ${entity_id}`;
  const address = formOf(entity_type, entity_id) ?? url;
  const safe = /^(https?:\/\/|\/(?!\/))/.test(address ?? "");
  const link = safe ? h("a", { href: address }, text) : h("span", {}, text);
  return h("li", {}, link, h("small", {}, [entity_type, field].filter(Boolean).join(", ")));
}

/** The form of an entity in the admin, where it has one: the address that the API tells is for programs. */
function formOf(type, id) {
  const lists = JSON.parse(page.dataset.entities);
  return Object.hasOwn(lists, type) ? `${lists[type]}${encodeURIComponent(id)}/change/` : null;
}

async function inUse(selected) {
  if (selected.everything) {
    const wanted = parametersOf(selected.everything.filter);
    if (["false", "0"].includes(wanted.get("in_use")?.toLowerCase())) return { count: 0, names: [], places: [] };
    wanted.set("in_use", "true");
    wanted.set("limit", NAMED);
    const found = await api(`uploads/?${wanted}`).catch(() => ({ count: 0, results: [] }));
    return { count: found.count, names: found.results.map((file) => factsOf(file).name), places: [] };
  }
  const used = selected.files.filter((file) => file.uses);
  if (selected.files.length !== 1 || !used.length) return { count: used.length, names: used.map((file) => file.name), places: [] };
  const [file] = used;
  const detail = await api(`uploads/${file.id}/`, { organization: file.organization }).catch(() => null);
  return { count: detail?.usage_count ?? file.uses, names: [], places: (detail?.used_in ?? []).slice(0, NAMED) };
}

async function send(selected, force) {
  const outcome = { deleted: [], denied: [], not_found: [], in_use: [] };
  for (const [organization, files] of byOrganization(selected)) {
    const part = await act(selected, { organization, files, method: "POST", path: "uploads/bulk-delete/", body: { force } });
    for (const name of Object.keys(outcome)) outcome[name].push(...(part[name] ?? []));
  }
  return outcome;
}

function showOutcome(outcome, selected) {
  const { deleted, denied, in_use: used, not_found: gone } = outcome;
  const kept = [
    used.length && `${used.length.toLocaleString("en")} kept: in use`,
    denied.length && `${denied.length.toLocaleString("en")} kept: you may not delete ${denied.length === 1 ? "it" : "them"}`,
    gone.length && `${gone.length.toLocaleString("en")} already deleted`,
  ].filter(Boolean);
  const text = [deleted.length ? `${counted(deleted.length, "file")} moved to the trash` : "Nothing was deleted", ...kept].join(". ");
  if (deleted.length) toast(`${text}.`, { action: "Undo", run: () => restore(deleted, selected) });
  else toast(`${text}.`, { failed: true });
}

async function restore(ids, selected) {
  const known = new Map(selected.files.map((file) => [file.id, file.organization]));
  const files = ids.map((id) => ({ id, organization: known.get(id) ?? "" }));
  try {
    for (const [organization, part] of byOrganization({ files, everything: null })) {
      await api("uploads/bulk-restore/", { method: "POST", body: { ids: part.map(({ id }) => id) }, organization });
    }
    toast(`${counted(ids.length, "file")} restored.`);
  } catch (error) {
    toast(error.message, { failed: true });
  }
  await refresh();
}
