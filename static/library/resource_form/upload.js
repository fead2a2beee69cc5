// One picture on its way: announced to the API, then sent straight to the store.

import { api, libraryOf, retrySentence } from "../../dist/api.js";

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

/** Open the upload session of a picture; returns it. Throws an ApiError. */
export async function announce({ file, role, contentType, libraryType, organization }) {
  const said = { role, filename: file.name, content_type: contentType, size: file.size };
  const body = { files: [said], ...(libraryType && { type: libraryType }) };
  const { files } = await api("library-resources/presign/", { method: "POST", body, organization });
  return files[0];
}

/** Give up a session, so that it does not count against what may be stored. */
export function abandon(session, { organization }) {
  libraryOf(organization).abortSession(session, { keepalive: true });
}

/** Send the bytes; `report` is told the part that is done, from 0 to 1, and `wait` a sentence before each new attempt. */
export function put(session, file, { organization, report, wait, signal }) {
  return libraryOf(organization).sendFile(session, file, {
    signal,
    onProgress: ({ sent, total }) => report(sent / total),
    onRetry: (error) => wait(retrySentence(error)),
  });
}
