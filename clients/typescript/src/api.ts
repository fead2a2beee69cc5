// Typed calls of the API: who calls, in which organization, and refusals as errors.
import createFetchClient, { type Client, type Middleware } from 'openapi-fetch'
import { ApiError, errorOf } from './errors.js'
import type { paths } from './schema.js'

/** Every path of the API with its parameters, bodies and answers: `api.GET('/api/v1/uploads/', …)`. Throws ApiError. */
export type Api = Client<paths>

export interface ApiOptions {
  /** Where the library is: `https://media.example.org`. */
  baseUrl: string
  /** From `POST /api/v1/auth/token/`. Without one the browser's session cookie is used, if there is one. */
  token?: string
  /** Slug or id of the organization to act in, where it is not the caller's own default one. */
  organization?: string
}

const CSRF_COOKIE = /(?:^|; )csrftoken=([^;]+)/
const SAFE = ['GET', 'HEAD', 'OPTIONS']

export function connect({ baseUrl, token, organization }: ApiOptions): Api {
  const api = createFetchClient<paths>({ baseUrl, credentials: token ? 'omit' : 'same-origin' })
  api.use(introducing(token, organization), refusing)
  return api
}

/** Return what a call brings. */
export async function answerOf<T>(call: Promise<{ data?: T }>): Promise<NonNullable<T>> {
  const { data } = await call
  if (data === undefined || data === null) throw new ApiError(0) // an empty answer where there must be one
  return data
}

function introducing(token?: string, organization?: string): Middleware {
  return {
    onRequest({ request }) {
      if (organization) request.headers.set('X-Organization', organization)
      const csrf = csrfToken()
      if (token) request.headers.set('Authorization', `Token ${token}`)
      else if (csrf && !SAFE.includes(request.method)) request.headers.set('X-CSRFToken', csrf)
    },
  }
}

const refusing: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await errorOf(response)
  },
  onError({ error }) {
    // fetch says "TypeError" when nobody answers; that somebody changed their mind is none of our errors
    return error instanceof TypeError ? new ApiError(0) : undefined
  },
}

function csrfToken(): string | undefined {
  return typeof document === 'undefined' ? undefined : CSRF_COOKIE.exec(document.cookie)?.[1]
}
