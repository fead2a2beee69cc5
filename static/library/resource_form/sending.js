// One picture on its way: announced to the API, then sent straight to the store.

const AT_ONCE = 3;
const waiting = [];
let underway = 0;

/** Do `work` when it is its turn; few at once, so that each gets somewhere. */
export async function inTurn(work) {
  if (underway >= AT_ONCE) await new Promise((resolve) => waiting.push(resolve));
  underway += 1;
  try {
    return await work();
  } finally {
    underway -= 1;
    waiting.shift()?.();
  }
}

/** The library never takes this file. */
export class Unacceptable extends Error {}

/** Return the type to announce `file` as. Throws Unacceptable, in words. */
export function acceptedType(file, { accepts, max_size: limit }, aliases) {
  const bare = file.type.split(";")[0].trim().toLowerCase();
  const extension = file.name.split(".").pop().toLowerCase();
  const named = aliases[bare] ?? bare;
  const type = accepts[named] ? named : Object.keys(accepts).find((mime) => accepts[mime].includes(extension));
  if (!type) {
    const names = Object.values(accepts).map((extensions) => extensions[0].toUpperCase());
    throw new Unacceptable(`Not a picture that the library takes. It takes ${names.sort().join(", ")}.`);
  }
  if (!file.size) throw new Unacceptable("The file is empty.");
  if (file.size > limit) throw new Unacceptable(`It is larger than the ${Math.floor(limit / 2 ** 20)} MB that a picture may have.`);
  return type;
}

/** Open the upload session of a picture; returns it. Throws an Error in words. */
export async function announce({ file, role, contentType, libraryType, organization, facts, signal }) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": facts.csrf };
  if (organization) headers["X-Organization"] = organization;
  const said = { role, filename: file.name, content_type: contentType, size: file.size };
  const body = JSON.stringify({ files: [said], ...(libraryType && { type: libraryType }) });
  const answer = await fetch(`${facts.api}library-resources/presign/`, { method: "POST", headers, body, signal }).catch(
    unreachable,
  );
  const data = await answer.json().catch(() => null);
  if (!answer.ok) throw new Error(data?.errors?.[0]?.detail ?? "The server did not answer as expected. Try again.");
  return data.files[0];
}

/** Give up a session, so that it does not count against what may be stored. */
export function abandon(session, { organization, facts }) {
  const headers = { "X-CSRFToken": facts.csrf };
  if (organization) headers["X-Organization"] = organization;
  fetch(`${facts.api}upload-sessions/${session}/`, { method: "DELETE", headers, keepalive: true }).catch(() => {});
}

/** PUT the bytes as the session says; `report` is told the part that is done, from 0 to 1. */
export function put(session, file, { report, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    signal.addEventListener("abort", () => request.abort());
    request.open(session.method, session.url);
    for (const [name, value] of Object.entries(session.headers)) {
      if (!["content-length", "host"].includes(name.toLowerCase())) request.setRequestHeader(name, value);
    }
    request.upload.onprogress = (event) => report(event.loaded / event.total);
    request.onload = () => {
      if (request.status < 300) resolve();
      else reject(new Error(`The store refused it (${request.status}). Try again.`));
    };
    request.onerror = () => reject(new Error("The connection broke. Try again."));
    request.onabort = () => reject(new DOMException("", "AbortError"));
    if (signal.aborted) request.abort();
    else request.send(file);
  });
}

function unreachable(error) {
  if (error.name === "AbortError") throw error;
  throw new Error("The server cannot be reached. Check the connection and try again.");
}
