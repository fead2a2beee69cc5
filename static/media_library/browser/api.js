// The HTTP API, as the signed-in person, in the organization of the page or of one file: the one client of all scripts.

export { ApiError, api, call, csrfToken, send, succeeded } from "../../dist/api.js";

export const page = document.getElementById("browser");

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
