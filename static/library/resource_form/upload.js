// One picture on its way: announced to the API, then sent straight to the store.

import { api, classify, libraryOf, retrySentence } from "../../dist/api.js";

const AT_ONCE = 3;
const waiting = [];
let running = 0;

/** Run `work` in its turn, a few at once. */
export async function inTurn(work) {
  if (running >= AT_ONCE) await new Promise((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

/** The library does not accept this file. */
export class Unacceptable extends Error {}

/** Return the type to announce `file` as. Throws Unacceptable with a sentence. */
export function acceptedType(file, kind, aliases) {
  const { error, contentType } = classify(file, { kinds: { LIBRARY: kind }, aliases }, "LIBRARY");
  if (error) throw new Unacceptable(error);
  return contentType;
}

/** Open the upload session of a picture; returns it. Throws an ApiError. */
export async function announce({ file, role, contentType, libraryType, organization }) {
  const facts = { role, filename: file.name, content_type: contentType, size: file.size };
  const body = { files: [facts], ...(libraryType && { type: libraryType }) };
  const { files } = await api("library-resources/presign/", { method: "POST", body, organization });
  return files[0];
}

/** Abort a session, which releases its quota. */
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
