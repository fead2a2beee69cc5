// What there is to know about a file beside its picture; each part is asked for when it is opened.

import { api, page } from "./api.js";
import { counted, h, humanSize, icon, moment, momentInZone, toast } from "./dom.js";
import { place } from "./trash.js";

const ACTIONS = {
  access: "Access changed",
  delete: "Deleted",
  edit: "Edited",
  hand_over: "Handed over",
  purge: "Purged",
  replace: "Replaced",
  restore: "Restored",
  share: "Shared",
  unshare: "Sharing ended",
  upload: "Uploaded",
};
const VISIBILITIES = { PUBLIC: "Public", PRIVATE: "Private", ROLE_BASED: "Role based" };

/** What is shown of a file to all who may see it. */
export function factsList(detail) {
  const by = detail.uploaded_by;
  const rows = [
    ["Title", detail.title],
    ["Description", detail.description],
    ["Alternative text", detail.alt_text],
    ["Visibility", h("span", { class: `badge ${detail.visibility}` }, VISIBILITIES[detail.visibility])],
    ["Tags", detail.tags.length && h("ul", { class: "tag-chips" }, detail.tags.map((tag) => h("li", {}, tag)))],
    ["Category", detail.category],
    ["Original name", detail.original_filename],
    ["File name", detail.filename],
    ["Type", detail.mime_type],
    ["Size", humanSize(detail.size)],
    ["Dimensions", detail.width && `${detail.width} × ${detail.height}`],
    ["Uploaded by", by && h("span", { class: "person" }, by.avatar_url ? h("img", { src: by.avatar_url, alt: "" }) : icon("account_circle"), by.username)],
    ["Uploaded", momentInZone(detail.created_at)],
    ["Changed", detail.updated_at !== detail.created_at && momentInZone(detail.updated_at)],
    ["Stored at", detail.path],
  ];
  return h("dl", { class: "facts" }, rows.filter(([, value]) => value).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

/** A part that opens; `fill` gives its content the first time. */
function panel(title, fill, open = false) {
  const body = h("div", { class: "panel-body" });
  const details = h("details", {}, h("summary", {}, title), body);
  details.addEventListener("toggle", async () => {
    if (!details.open || body.childElementCount) return;
    body.replaceChildren(h("p", { class: "quiet" }, "Loading …"));
    try {
      body.replaceChildren(...[await fill()].flat());
    } catch (error) {
      const absent = error.status === 404 || error.status === 405;
      body.replaceChildren(h("p", { class: "quiet" }, absent ? "Not available here." : error.message));
    }
  });
  details.open = open;
  return details;
}

function listOr(nothing, rows) {
  return rows.length ? h("ul", { class: "rows" }, rows) : h("p", { class: "quiet" }, nothing);
}

function row(main, ...small) {
  return h("li", {}, h("span", {}, main), h("small", {}, ...small));
}

/** What the bytes say of themselves; the server has the words for it. */
async function metadata(file) {
  const { rows } = await api(`${page.dataset.metadata}?id=${file.id}`);
  return h("dl", { class: "facts" }, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

function usages(detail) {
  const hidden = detail.usage_count - detail.used_in.length;
  return [
    listOr(hidden ? "" : "Not used anywhere", detail.used_in.map(place)),
    hidden > 0 && h("p", { class: "quiet" }, `And ${hidden} more that you may not see.`),
  ].filter(Boolean);
}

async function versions(file, restored) {
  const found = await api(`uploads/${file.id}/versions/?limit=50`, file);
  const rows = found.results.map((one) =>
    h(
      "li",
      {},
      h("a", { href: one.url }, `Version ${one.number}`),
      h("small", {}, [humanSize(one.size), moment(one.created_at), one.created_by?.username].filter(Boolean).join(", ")),
      h("button", { type: "button", class: "button small", "aria-label": `Restore version ${one.number}`, onclick: () => restoreVersion(file, one.number, restored) }, "Restore"),
    ),
  );
  return listOr("No earlier versions", rows);
}

async function restoreVersion(file, number, restored) {
  try {
    const changed = await api(`uploads/${file.id}/versions/${number}/restore/`, { ...file, method: "POST" });
    toast(`Version ${number} was restored.`);
    restored(changed);
  } catch (error) {
    toast(error.message, { failed: true });
  }
}

async function activity(file) {
  const found = await api(`uploads/${file.id}/activity/?cursor=&limit=20`, file);
  const rows = found.results.map((one) =>
    row(ACTIONS[one.action] ?? one.action, `${one.actor?.username ?? "the system"}, ${moment(one.created_at)}`),
  );
  return listOr("No activity yet", rows);
}

async function access(file) {
  const found = await api(`uploads/${file.id}/access/`, file);
  const rows = Object.entries(found.actions).map(([action, { allowed, detail }]) =>
    h(
      "li",
      { class: allowed ? "allowed" : "refused" },
      icon(allowed ? "check" : "block"),
      h("span", {}, h("strong", {}, `${action.replaceAll("_", " ")} `), h("span", { class: "visually-hidden" }, allowed ? "(allowed): " : "(refused): "), detail),
    ),
  );
  return [h("p", { class: "quiet" }, `What ${found.user?.username ?? "you"} may do, and why:`), h("ul", { class: "rows reasons" }, rows)];
}

async function links(file) {
  const found = await api(`uploads/${file.id}/share-links/?limit=20`, file);
  const rows = found.results.filter((link) => link.url).map((link) => linkRow(file, link));
  return listOr("No active links", rows);
}

function linkRow(file, link) {
  const line = h(
    "li",
    {},
    h("span", {}, `Until ${moment(link.expires_at)}`),
    h("small", {}, `by ${link.created_by.username}, opened ${link.access_count} times`),
    h("button", { type: "button", class: "button small", onclick: () => copy(link.url) }, "Copy"),
    h("button", { type: "button", class: "button small", onclick: () => revoke(file, link, line) }, "Revoke"),
  );
  return line;
}

async function revoke(file, link, line) {
  try {
    await api(`uploads/${file.id}/share-links/${link.id}/`, { ...file, method: "DELETE" });
    line.remove();
    toast("Link revoked.");
  } catch (error) {
    toast(error.message, { failed: true });
  }
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Address copied.");
  } catch {
    window.prompt("Copy this address:", text); // without HTTPS there is no clipboard
  }
}

/** All the parts that the person may open; `restored` is told of the file when a version of it is back. */
export function panelsOf(file, detail, { restored }) {
  const own = { id: file.id, organization: file.organization };
  return [
    Object.keys(detail.metadata).length > 0 && panel("From the file itself", () => metadata(own), true),
    panel(`Used in ${counted(detail.usage_count, "place")}`, () => usages(detail), detail.usage_count > 0),
    detail.can.share && panel("Share links", () => links(own)),
    detail.can.edit && panel("Versions", () => versions(own, restored)),
    detail.can.edit && panel("Activity", () => activity(own)),
    detail.can.edit && panel("Access", () => access(own)),
  ].filter(Boolean);
}
