// Calls of the library's API from its own pages: session cookie, CSRF token, one organization, errors as sentences.

/** An answer that is a refusal (`status` 0: no answer came). `code` and `message` are the API's. */
export class Refusal extends Error {
  constructor(status, { code = '', detail = '', retryAfter = null } = {}) {
    super(detail)
    Object.assign(this, { status, code, retryAfter })
  }

  /** Whether the same request may well succeed a little later. 507 is a full store. */
  get isTemporary() {
    return [0, 408, 425, 429].includes(this.status) || (this.status >= 500 && this.status !== 507)
  }
}

export class Api {
  /** `root` ends with a slash; `organization` is an id. */
  constructor({ root, organization, csrf }) {
    Object.assign(this, { root, organization, csrf })
  }

  /** Return the JSON of an answer, undefined for one without a body. Raises Refusal, and AbortError. */
  async call(method, path, { body, headers = {}, signal } = {}) {
    let answer
    try {
      answer = await fetch(path.startsWith('/') ? path : this.root + path, {
        method,
        signal,
        credentials: 'same-origin',
        headers: {
          Accept: 'application/json',
          'X-Organization': this.organization,
          ...(method === 'GET' ? {} : { 'X-CSRFToken': csrfCookie() || this.csrf }),
          ...(body ? { 'Content-Type': 'application/json' } : {}),
          ...headers,
        },
        body: body && JSON.stringify(body),
      })
    } catch (error) {
      if (signal?.aborted) throw error
      throw new Refusal(0)
    }
    if (!answer.ok) throw await refusalOf(answer)
    return answer.status === 204 ? undefined : answer.json()
  }
}

async function refusalOf(answer) {
  const retryAfter = Number(answer.headers.get('Retry-After')) || null
  let first = {}
  try {
    first = (await answer.json()).errors[0]
  } catch {
    // not the API's own answer: a proxy's page, say
  }
  return new Refusal(answer.status, { code: first.code, detail: first.detail, retryAfter })
}

// The token changes with every sign-in, so the page's own may be out of date.
function csrfCookie() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1]
}

const SENTENCES = {
  content_mismatch: 'What is in the file is not what its name says. It was not kept.',
  not_authenticated: 'You are signed out. Sign in again in another tab, then retry.',
  quota_exceeded: 'There is not enough storage left for this file.',
  session_expired: 'The time for this upload is over. Retry to start again.',
  session_over: 'This upload was ended. Retry to start again.',
}

/** Return a sentence for a person about what went wrong. */
export function sentence(error) {
  if (!(error instanceof Refusal)) return error.message || 'Something went wrong. Retry.'
  if (error.status === 0) return 'The connection was lost. Retry when it is back.'
  return SENTENCES[error.code] || error.message || `The server answered ${error.status}. Retry in a moment.`
}
