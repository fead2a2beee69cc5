// The HTTP API, as the signed-in person, in the organization of the page or of one file.

export const page = document.getElementById("browser");

/** An answer that is no success. `errors` are the API's own: code, detail, attr. */
export class ApiError extends Error {
  constructor(status, errors) {
    super(errors[0]?.detail || "The server did not answer as expected.");
    this.status = status;
    this.errors = errors;
  }

  get code() {
    return this.errors[0]?.code;
  }
}

/** Call the API; returns the answer's JSON (null where it has none). Throws ApiError. */
export async function api(path, options = {}) {
  return (await call(path, options)).data;
}

/** The same with the entity tag of the row. */
export async function call(path, { method = "GET", body, organization, etag, signal } = {}) {
  const headers = { Accept: "application/json" };
  const inside = organization || page.dataset.organization;
  if (inside) headers["X-Organization"] = inside;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (etag) headers["If-Match"] = etag;
  const answer = await send(`/api/v1/${path}`, { method, headers, signal, body: body && JSON.stringify(body) });
  const data = answer.status === 204 ? null : await (await succeeded(answer)).json();
  return { data, etag: answer.headers.get("ETag") };
}

/** The answer itself, where it is a success. Throws ApiError. */
export async function succeeded(answer) {
  if (answer.ok) return answer;
  const data = await answer.json().catch(() => null);
  throw new ApiError(answer.status, data?.errors ?? []);
}

/** The token as it is now: it changes with every sign-in, in whichever tab. */
export function csrfToken() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? page.dataset.csrf;
}

/** fetch whose failure reads like a sentence. */
export async function send(address, { headers, ...options } = {}) {
  const token = options.method && options.method !== "GET" ? { "X-CSRFToken": csrfToken() } : {};
  try {
    return await fetch(address, { credentials: "same-origin", headers: { ...token, ...headers }, ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, [{ code: "offline", detail: "The server cannot be reached. Check the connection and try again." }]);
  }
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
