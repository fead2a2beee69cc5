// One exchange with the server: who calls, in which organization, for how long, and what went wrong.
import { csrfToken } from './csrf.js'
import { ApiError, errorOf } from './errors.js'

/** Seconds in which an answer must be there, whole. */
const ANSWER_SECONDS = 60
/** The same where the server reads all of a file before it answers. */
const FILE_SECONDS = 300
const READS_FILE = /\/upload-sessions\/[^/]+\/complete\/$|\/uploads\/[^/]+\/replace\/$/
const SAFE = ['GET', 'HEAD', 'OPTIONS']
const SIGN_IN = /\/login\/?$/

export interface Caller {
  /** From `POST /api/v1/auth/token/`. Without one the browser's session cookie is used, if there is one. */
  token?: string
  /** Slug or id of the organization to act in, where it is not the caller's own default one. */
  organization?: string
  /** Id of the person whose page of the library this is: in place of another who has signed in since, it is refused. */
  person?: string
  /** Seconds in which an answer must be there; default 60, and 300 where a whole file is read before it. */
  answerSeconds?: number
}

export type Exchange = (request: Request) => Promise<Response>

/** Return a `fetch` for this caller. It throws ApiError for refusals, and the signal's reason. */
export function refusing(caller: Caller): Exchange {
  return async (request) => {
    const answer = await exchange(request, caller)
    if (!answer.ok) throw await errorOf(answer)
    return answer
  }
}

/** Return the whole answer, whatever its status. Throws ApiError for none and for the sign-in page in its place. */
export async function exchange(request: Request, caller: Caller = {}): Promise<Response> {
  introduce(request, caller)
  const usual = READS_FILE.test(new URL(request.url).pathname) ? FILE_SECONDS : ANSWER_SECONDS
  const answer = await bounded(request, caller.answerSeconds ?? usual)
  if (answer.redirected && SIGN_IN.test(new URL(answer.url).pathname)) throw ApiError.of(401, 'not_authenticated')
  return answer
}

function introduce({ headers, method }: Request, { token, organization, person }: Caller): void {
  if (organization) headers.set('X-Organization', organization)
  if (person) headers.set('X-Person', person)
  const csrf = token || SAFE.includes(method) ? undefined : csrfToken()
  if (token) headers.set('Authorization', `Token ${token}`)
  else if (csrf) headers.set('X-CSRFToken', csrf)
}

async function bounded(request: Request, seconds: number): Promise<Response> {
  const late = AbortSignal.timeout(Math.ceil(seconds * 1000))
  try {
    const answer = await fetch(request, { signal: AbortSignal.any([request.signal, late]) })
    return await whole(answer)
  } catch (error) {
    request.signal.throwIfAborted()
    throw ApiError.of(0, late.aborted ? 'no_answer' : 'unreachable', error)
  }
}

// A body that stops half-way is no answer either, so it is read before the time is over.
async function whole(answer: Response): Promise<Response> {
  const { status, statusText, headers, redirected, url } = answer
  const isEmpty = [204, 205, 304].includes(status)
  const read = new Response(isEmpty ? null : await answer.blob(), { status, statusText, headers })
  return Object.defineProperties(read, { redirected: { value: redirected }, url: { value: url } })
}
