// Typed calls of the API: who calls, in which organization, and refusals as errors.
import createFetchClient, { type Client } from 'openapi-fetch'
import { ApiError } from './errors.js'
import { refusing, type Caller } from './http.js'
import type { paths } from './schema.js'

/** Every path of the API with its parameters, bodies and answers: `api.GET('/api/v1/uploads/', …)`. Throws ApiError. */
export type Api = Client<paths>

export interface ApiOptions extends Caller {
  /** Where the library is: `https://media.example.org`. */
  baseUrl: string
}

export function connect({ baseUrl, ...caller }: ApiOptions): Api {
  const credentials = caller.token ? 'omit' : 'same-origin'
  return createFetchClient<paths>({ baseUrl, credentials, fetch: refusing(caller) })
}

/** Return what a call brings. */
export async function answerOf<T>(call: Promise<{ data?: T }>): Promise<NonNullable<T>> {
  const { data } = await call
  if (data === undefined || data === null) throw new ApiError(0) // an empty answer where there must be one
  return data
}
