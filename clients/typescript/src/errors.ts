// What goes wrong, as one kind of error.
import { sentenceOf } from './sentences.js'
import type { ApiProblem, ErrorAnswer } from './types.js'

/** A refusal by the API, or (`status` 0) no answer at all. `problems` are its own words, the first one is the message. */
export class ApiError extends Error {
  override readonly name: string = 'ApiError'
  readonly status: number
  readonly problems: readonly ApiProblem[]
  /** Seconds to wait before the next attempt, where the server says so. */
  readonly retryAfter: number | null

  constructor(
    status: number, problems: readonly ApiProblem[] = [], retryAfter: number | null = null, options?: ErrorOptions,
  ) {
    super(problems[0]?.detail ?? (status ? `The server answered ${status}.` : 'The server did not answer.'), options)
    this.status = status
    this.problems = problems
    this.retryAfter = retryAfter
  }

  /** Return an error that the client itself found, with its own sentence. */
  static of(status: number, code: string, cause?: unknown, retryAfter: number | null = null): ApiError {
    return new ApiError(status, [{ code, detail: sentenceOf(code) ?? code, attr: null }], retryAfter, { cause })
  }

  /** The code of the first problem: stable, for programs. Empty where the answer was not the API's. */
  get code(): string {
    return this.problems[0]?.code ?? ''
  }

  /** Whether the same request may well succeed a little later. 507 is a full store. */
  get isTemporary(): boolean {
    return [0, 408, 425, 429].includes(this.status) || (this.status >= 500 && this.status !== 507)
  }
}

/** The server has no such type of library resource. */
export class UnsupportedLibraryType extends ApiError {
  override readonly name = 'UnsupportedLibraryType'
}

/** Return the error that an answer stands for. */
export async function errorOf(answer: Response): Promise<ApiError> {
  const retryAfter = Number(answer.headers.get('Retry-After')) || null
  const body: unknown = await answer.json().catch(() => null)
  const problems = isErrorAnswer(body) ? body.errors : [] // else it is a proxy's page, say
  const unsupported = problems.some((problem) => problem.code === 'unsupported_library_type')
  return new (unsupported ? UnsupportedLibraryType : ApiError)(answer.status, problems, retryAfter)
}

function isErrorAnswer(body: unknown): body is ErrorAnswer {
  return typeof body === 'object' && body !== null && 'errors' in body && Array.isArray(body.errors)
}
