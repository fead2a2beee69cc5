// A link to one file for people without an account.

import { api } from "./api.js";
import { ask, field } from "./dialog.js";
import { h } from "./dom.js";
import { copy } from "./panels.js";

const DAY = 86400;
const LIVES = [
  [3600, "One hour"],
  [DAY, "One day"],
  [7 * DAY, "A week"],
  [30 * DAY, "30 days"],
  [90 * DAY, "90 days"],
];

/** Ask for how long, make the link and copy it. */
export async function share(file) {
  const select = h("select", { class: "control" }, LIVES.map(([seconds, text]) => h("option", { value: String(seconds), selected: seconds === 7 * DAY }, text)));
  const link = await ask({
    title: `Share ${file.name}`,
    body: [h("p", {}, "Anyone with the link can open this one file, without signing in. You can revoke it at any time."), field("expires_in", "Expires in", select)],
    action: "Create and copy link",
    save: () => api(`uploads/${file.id}/share-links/`, { method: "POST", body: { expires_in: Number(select.value) }, organization: file.organization }),
  });
  if (link) await copy(link.url);
  return link;
}
