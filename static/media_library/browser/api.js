// The HTTP API, as the signed-in person, in the organization of the page or of one file: the one client of all scripts.

import { ApiError, api as callApi, call as callWithTag } from "../../dist/api.js";

export { ApiError, csrfToken, send } from "../../dist/api.js";

export const page = document.getElementById("browser");

/** Call the API; returns the answer's JSON (null where it has none). Throws ApiError. An empty organization: the page's. */
export async function api(path, { organization, ...options } = {}) {
  return inWords(callApi(path, { organization: organization || undefined, ...options }));
}

/** The same with the entity tag of the row. */
export async function call(path, { organization, ...options } = {}) {
  return inWords(callWithTag(path, { organization: organization || undefined, ...options }));
}

/** The answer itself, where it is a success. Throws ApiError. */
export async function succeeded(answer) {
  if (answer.ok) return answer;
  const data = await answer.json().catch(() => null);
  return inWords(Promise.reject(new ApiError(answer.status, data?.errors ?? [])));
}

/** A signed-out page says what to do, in every dialog and toast: the API's own words are for programs. */
async function inWords(answer) {
  return answer.catch((error) => {
    throw error.code === "not_authenticated" ? ApiError.of(error.status, error.code) : error;
  });
}

/** What the page must know of a file, from a card or from an answer of the API. */
export function factsOf(source) {
  if (source instanceof HTMLElement) {
    const { id, name, type, mime, url, thumb, may, uses, organization } = source.dataset;
    return { id, name, type, mime, url, thumb, may: may.split(" "), uses: Number(uses), organization };
  }
  return {
    id: source.id,
    name: source.title || source.original_filename,
    type: source.type,
    mime: source.mime_type,
    url: source.url,
    thumb: source.thumbnail_url ?? "",
    may: Object.keys(source.can).filter((verb) => source.can[verb]),
    uses: source.usage_count,
    organization: "",
  };
}
