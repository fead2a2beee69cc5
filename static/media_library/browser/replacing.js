// New bytes under the same address: a session, the bytes, then the change.

import { ApiError, api, page } from "./api.js";
import { toast } from "./dom.js";

/** Let the person pick a file in place of `file`; resolves to the changed file, or undefined. */
export async function replace(file, { report }) {
  const chosen = await pick(file);
  if (!chosen) return;
  try {
    const session = await announced(file, chosen);
    if (session.multipart) await sendParts(session, chosen, file.organization, report);
    else await put(session, chosen, report);
    const body = { upload_session: session.id };
    const changed = await api(`uploads/${file.id}/replace/`, { method: "POST", body, organization: file.organization });
    toast("Replaced. The earlier version is kept.");
    return changed;
  } catch (error) {
    toast(error.message, { failed: true });
  } finally {
    report("");
  }
}

function pick(file) {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = file.mime.includes("/") ? `${file.mime.split("/")[0]}/*,${file.mime}` : "";
  input.dataset.replace = "";
  input.hasChangeListener = true; // keeps the theme's script off, which fails over inputs that it did not draw
  input.hidden = true;
  page.append(input);
  return new Promise((resolve) => {
    input.addEventListener("change", () => (input.remove(), resolve(input.files[0])));
    input.addEventListener("cancel", () => (input.remove(), resolve(undefined)));
    input.click();
  });
}

function announced(file, chosen) {
  const body = { type: file.type, filename: chosen.name, content_type: chosen.type || file.mime, size: chosen.size };
  return api("upload-sessions/", { method: "POST", body, organization: file.organization });
}

async function sendParts(session, chosen, organization, report) {
  const { part_size: size, part_count: count } = session.multipart;
  for (let number = 1; number <= count; number++) {
    const body = { part_numbers: [number] };
    const [ticket] = await api(`upload-sessions/${session.id}/parts/`, { method: "POST", body, organization });
    const start = (number - 1) * size;
    await put(ticket, chosen.slice(start, start + size), (share) => share && report(share));
    report(`${Math.round((number / count) * 100)} %`);
  }
}

/** XMLHttpRequest, because fetch tells nothing of progress. */
function put({ url, headers }, content, report) {
  const request = new XMLHttpRequest();
  request.open("PUT", url);
  for (const [name, value] of Object.entries(headers)) {
    if (name.toLowerCase() !== "content-length") request.setRequestHeader(name, value);
  }
  request.upload.addEventListener("progress", (event) => report(`${Math.round((event.loaded / event.total) * 100)} %`));
  return new Promise((resolve, reject) => {
    const fail = () => reject(new ApiError(request.status, [{ detail: "The file could not be sent. Try again." }]));
    request.addEventListener("load", () => (request.status < 300 ? resolve() : fail()));
    request.addEventListener("error", fail);
    request.send(content);
  });
}
