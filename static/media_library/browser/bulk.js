// The bar for what is chosen: visibility and roles, tags, a zip, the trash.

import { query } from "./address.js";
import { api, page } from "./api.js";
import { ask, field } from "./dialog.js";
import { counted, h, toast } from "./dom.js";
import { refresh } from "./scrolling.js";
import { choosePage, chooseEverything, clear, selection } from "./selection.js";
import { remove } from "./removing.js";
import { tagInput } from "./tag_input.js";
import { byOrganization, target } from "./targets.js";
import { visibilityFields } from "./visibility.js";

const MOST_IN_A_ZIP = 10000; // the server refuses more

async function changeVisibility() {
  const selected = selection();
  const organizations = byOrganization(selected);
  const [organization] = organizations.keys();
  const fields = visibilityFields("PRIVATE", [], { organization });
  const done = await ask({
    title: `Visibility of ${counted(selected.count, "file")}`,
    body: [h("p", {}, "All of them change, or none where you may not change one."), ...fields.elements],
    action: "Change",
    save: () => each(organizations, selected, "PATCH", "uploads/bulk-visibility/", fields.values()),
  });
  if (done) await finished(`${counted(sum(done, "updated"), "file")} changed.`);
}

async function changeTags() {
  const selected = selection();
  const [organization] = byOrganization(selected).keys();
  const added = tagInput([], { organization });
  const removed = tagInput([], { organization });
  const lines = [
    field("add", "Add to all", added.input, "", added.element),
    field("remove", "Take off all", removed.input, "", removed.element),
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
    answers.push(await api(path, { method, body: { ...target(selected, files), ...body }, organization }));
  }
  return answers;
}

function sum(answers, name) {
  return answers.reduce((total, answer) => total + (answer?.[name] ?? 0), 0);
}

function kept(answers) {
  const number = (name) => answers.reduce((total, answer) => total + (answer?.[name]?.length ?? 0), 0);
  const denied = number("denied");
  const full = number("too_many");
  return [
    denied && `; ${counted(denied, "file")} not yours to change`,
    full && `; ${counted(full, "file")} would have too many tags`,
  ]
    .filter(Boolean)
    .join("");
}

async function finished(text) {
  toast(text);
  await refresh();
}

/** A form, not fetch: the browser itself saves the stream, however large. */
function downloadZip() {
  const selected = selection();
  if (selected.count > MOST_IN_A_ZIP) return toast(`A zip holds at most ${counted(MOST_IN_A_ZIP, "file")}.`, { failed: true });
  const fields = { csrfmiddlewaretoken: page.dataset.csrf };
  if (selected.everything) fields.all = "1";
  else fields.ids = selected.files.map(({ id }) => id).join(",");
  const action = `${page.dataset.archive}?${selected.everything ? query() : ""}`;
  const form = h(
    "form",
    { method: "post", action, class: "visually-hidden" },
    Object.entries(fields).map(([name, value]) => h("input", { type: "hidden", name, value })),
  );
  document.body.append(form);
  form.submit();
  form.remove();
  toast(`A zip of ${counted(selected.count, "file")} is being downloaded.`);
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
