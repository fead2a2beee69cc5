// The bar for what is chosen: visibility and roles, tags, a zip, the trash.

import { ApiError, api, csrfToken, factsOf, page, send, succeeded } from "./api.js";
import { ask, field } from "./dialog.js";
import { counted, h, toast } from "./dom.js";
import { refresh } from "./results.js";
import { choosePage, chooseEverything, clear, selection } from "./selection.js";
import { remove } from "./trash.js";
import { tagInput } from "./tag_input.js";
import { act, byOrganization, reload } from "./targets.js";
import { visibilityFields } from "./visibility.js";

const MOST_IN_A_ZIP = 10000; // the server refuses more
const NAMED = 8;

async function changeVisibility() {
  const selected = selection();
  const organizations = byOrganization(selected);
  const [organization] = organizations.keys();
  const fields = visibilityFields("PRIVATE", [], { organization });
  let partial = false;
  const leaveOut = (dialog) => ((partial = true), dialog.querySelector("form").requestSubmit());
  const done = await ask({
    title: `Visibility of ${counted(selected.count, "file")}`,
    body: fields.elements,
    action: "Change",
    save: () =>
      each(organizations, selected, "PATCH", "uploads/bulk-visibility/", { ...fields.values(), partial }).catch(
        async (error) => Promise.reject(await naming(error, selected, leaveOut)),
      ),
  });
  if (done) await finished(`${counted(sum(done, "updated"), "file")} changed${kept(done)}.`);
}

/** The error, naming the files that stand in the way, with the offer to leave them out. */
async function naming(error, selected, leaveOut) {
  const stopping = ["denied", "visibility_is_fixed"].includes(error.code) ? (error.problems[0].items ?? []) : [];
  if (!stopping.length) return error;
  const known = new Map(selected.files.map((file) => [file.id, file.name]));
  const names = await Promise.all(stopping.slice(0, NAMED).map((id) => known.get(id) ?? nameOf(id)));
  const more = stopping.length - names.length;
  const list = [...names, more && `and ${more.toLocaleString("en")} more`].filter(Boolean).join(", ");
  const why = error.code === "denied" ? "cannot be changed by you" : "always keep their visibility";
  const isWhole = byOrganization(selected).size === 1; // else those of another organization may be changed by now
  const detail = `${counted(stopping.length, "file")} ${why}: ${list}.${isWhole ? " Nothing was changed." : ""}`;
  const left = selected.count - stopping.length;
  const remedy = left > 0 ? { text: `Skip and change the other ${left.toLocaleString("en")}`, run: leaveOut } : undefined;
  return Object.assign(new ApiError(error.status, [{ code: error.code, detail, attr: null }]), { remedy });
}

async function nameOf(id) {
  const file = await api(`uploads/${id}/`).catch(() => null);
  return file ? factsOf(file).name : id;
}

async function changeTags() {
  const selected = selection();
  const [organization] = byOrganization(selected).keys();
  const added = tagInput([], { organization });
  const removed = tagInput([], { organization });
  const lines = [
    field("add", "Add to all", added.input, "", added.element),
    field("remove", "Remove from all", removed.input, "", removed.element),
  ];
  const done = await ask({
    title: `Tags of ${counted(selected.count, "file")}`,
    body: lines,
    action: "Change",
    save: () => each(byOrganization(selected), selected, "POST", "uploads/bulk-tags/", { add: added.values(), remove: removed.values() }),
  });
  if (done) await finished(`Tags changed${kept(done)}.`);
}

async function each(organizations, selected, method, path, body) {
  const answers = [];
  for (const [organization, files] of organizations) {
    answers.push(await act(selected, { organization, files, method, path, body }));
  }
  return answers;
}

function sum(answers, name) {
  return answers.reduce((total, answer) => total + (answer?.[name]?.length ?? answer?.[name] ?? 0), 0);
}

function kept(answers) {
  const number = (name) => answers.reduce((total, answer) => total + (answer?.[name]?.length ?? 0), 0);
  const denied = number("denied");
  const full = number("too_many");
  return [
    denied && `; ${counted(denied, "file")} skipped: you may not change ${denied === 1 ? "it" : "them"}`,
    full && `; ${counted(full, "file")} would have too many tags`,
  ]
    .filter(Boolean)
    .join("");
}

async function finished(text) {
  toast(text);
  await refresh();
}

/** A form, not fetch: the browser itself saves the stream, however large. Asked first whether there can be one. */
async function downloadZip() {
  const selected = selection();
  if (selected.count > MOST_IN_A_ZIP) return toast(`A zip holds at most ${counted(MOST_IN_A_ZIP, "file")}.`, { failed: true });
  const { everything } = selected;
  const fields = everything
    ? { filter: JSON.stringify(everything.filter), count: everything.count }
    : { ids: selected.files.map(({ id }) => id).join(",") };
  const refused = await zipRefused(fields);
  if (refused) {
    const remedy = refused.code === "selection_changed" ? reload() : {};
    return toast(refused.message, { failed: true, action: remedy.text, run: () => remedy.run() });
  }
  submit({ ...fields, csrfmiddlewaretoken: csrfToken(), _organization: document.getElementById("page").dataset.organization });
  toast(`A zip of ${counted(selected.count, "file")} is being downloaded.`);
}

async function zipRefused(fields) {
  try {
    const body = new URLSearchParams({ ...fields, check: "1" });
    await succeeded(send(page.dataset.archive, { method: "POST", body }));
  } catch (error) {
    return error;
  }
}

function submit(fields) {
  const form = h(
    "form",
    { method: "post", action: page.dataset.archive, class: "visually-hidden" },
    Object.entries(fields).map(([name, value]) => h("input", { type: "hidden", name, value })),
  );
  document.body.append(form);
  form.submit();
  form.remove();
}

const ACTIONS = {
  all: chooseEverything,
  delete: () => remove(selection()),
  none: clear,
  page: choosePage,
  tags: changeTags,
  visibility: changeVisibility,
  zip: downloadZip,
};

export function start() {
  document.getElementById("browser-bulk").addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-bulk]");
    if (pressed) ACTIONS[pressed.dataset.bulk]();
  });
}
