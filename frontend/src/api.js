// Calls of the library's API from its own pages: session cookie, CSRF token as it is now, bounded time, errors as
// sentences. The code is the TypeScript client's (clients/typescript). It is bundled twice: into the other bundles, and as
// the module static/dist/api.js for scripts that are served without a build.
import { ApiError, createClient, errorOf, exchange } from '../../clients/typescript/src/index.ts'

export { ApiError, csrfToken, isFinal, randomKey, retrySentence, sentence } from '../../clients/typescript/src/index.ts'
export { acceptOf, classify } from './kinds.js'
export { holdPage, whileHere } from './leaving.js'

export const ROOT = '/api/v1/'

/** Return the typed client, which uploads, for an organization (id or slug; none: that of the page, else the person's). */
export function libraryOf(organization = pageOrganization(ROOT)) {
  return createClient({ baseUrl: location.origin, ...callerOf(organization) })
}

/** Return the JSON of an answer, null for one without a body. `path` is below ROOT, or absolute. Throws ApiError. */
export async function api(path, options = {}) {
  return (await call(path, options)).data
}

/** Like `api`, with the entity tag of the row: `{data, etag}`. `organization` is an id or slug (none: the page's), `seconds` the longest wait. */
export async function call(path, { method = 'GET', body, organization, etag, signal, keepalive, seconds } = {}) {
  const headers = {
    Accept: 'application/json',
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(etag ? { 'If-Match': etag } : {}),
  }
  const address = path.startsWith('/') ? path : ROOT + path
  const request = { method, headers, signal, keepalive, body: body === undefined ? undefined : JSON.stringify(body) }
  const answer = await succeeded(send(address, { ...request, organization, seconds }))
  return { data: answer.status === 204 ? null : await json(answer), etag: answer.headers.get('ETag') }
}

/**
 * fetch for a part of a page: any status is returned; no response, and the sign-in page, throw an ApiError.
 *
 * It acts in the organization that the page shows, whatever another tab has chosen since, or in the one named here.
 */
export function send(address, { organization, seconds, ...init } = {}) {
  const caller = { ...callerOf(organization || pageOrganization(address)), ...(seconds ? { answerSeconds: seconds } : {}) }
  return exchange(new Request(address, { credentials: 'same-origin', ...init }), caller)
}

// Also the person of the page: it does not act for another person who has signed in since.
function callerOf(organization) {
  const { person } = shownPage()
  return { ...(organization ? { organization } : {}), ...(person ? { person } : {}) }
}

function shownPage() {
  return document.getElementById('page')?.dataset ?? {}
}

/** Return the response of `sent` if it is a success. Throws an ApiError with a sentence for people. */
export async function succeeded(sent) {
  const answer = await sent
  if (answer.ok) return answer
  const error = await errorOf(answer)
  // The API's sentence for a signed-out caller is for programs.
  throw error.code === 'not_authenticated' ? ApiError.of(error.status, error.code) : error
}

// The API acts in one organization; only pages of the admin show all of them.
function pageOrganization(address) {
  const { organization: shown } = shownPage()
  return shown === 'all' && address.startsWith(ROOT) ? undefined : shown
}

// A successful response may not be JSON, for example a page of a proxy.
async function json(answer) {
  try {
    return await answer.json()
  } catch (error) {
    throw ApiError.of(answer.status, 'unreadable', error)
  }
}
