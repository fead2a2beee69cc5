// Upload sessions: opening one, sending a file to it, giving it up. Every step can be repeated.
import { answerOf, type Api } from './api.js'
import { ApiError } from './errors.js'
import { sendParts } from './parts.js'
import { patiently, type Patience } from './patience.js'
import { requireReadable, sender, type Line } from './sending.js'
import type { UploadSessionCreate, UploadSession } from './types.js'

export interface Progress {
  /** Bytes of the file that have left. In browsers it moves with the bytes, elsewhere with each part. */
  sent: number
  total: number
}

export interface SendOptions extends Line, Patience {
  onProgress?: ((progress: Progress) => void) | undefined
}

/** What sending needs to know of a session, however it was opened. */
export type OpenSession = Pick<UploadSession, 'id' | 'state' | 'url' | 'headers' | 'multipart'>

const OVER: UploadSession['state'][] = ['aborted', 'expired', 'failed']

/** Return the session of this key, opened where there is none. Throws ApiError, `session_over` for one that has ended. */
export async function openSession(
  api: Api, body: UploadSessionCreate, key: string, patience: Patience,
): Promise<UploadSession> {
  const header = { 'Idempotency-Key': key }
  // Its answer is waited for even when the caller has given up: it names the session to be aborted.
  const open = () => api.POST('/api/v1/upload-sessions/', { body, params: { header } })
  const session = await patiently(() => answerOf(open()), patience)
  if (OVER.includes(session.state)) throw ApiError.of(410, 'session_over')
  return session
}

/** Send what the store does not have yet of `file`; nothing to a session that is over. Throws ApiError. */
export async function sendFile(api: Api, session: OpenSession, file: Blob, options: SendOptions = {}): Promise<void> {
  const { onProgress, ...line } = options
  await requireReadable(file)
  if (session.state !== 'open') return
  let most = 0
  const sent = (bytes: number) => {
    most = Math.max(most, bytes) // an attempt that failed does not take the bar back
    onProgress?.({ sent: most, total: file.size })
  }
  if (session.multipart) return sendParts({ api, id: session.id, parts: session.multipart, file, sent, ...line })
  let fresh: OpenSession | null = session
  const put = sender(file, sent, line)
  await patiently(async () => {
    const { url, headers }: OpenSession = fresh ?? (await look(api, session.id, line.signal))
    fresh = null // another attempt asks for a new address: this one may be what was wrong
    if (url) await put({ url, headers })
  }, line)
}

/**
 * Give a session up with what was stored for it: its part of the quota is free again.
 *
 * Never throws; tried again for some seconds where there is no answer, after which the session expires by itself.
 * `keepalive`: also from a page that is being left.
 */
export async function abortSession(api: Api, id: string, { keepalive = false } = {}): Promise<void> {
  const abort = () => api.DELETE('/api/v1/upload-sessions/{id}/', { params: { path: { id } }, keepalive })
  await patiently(abort, { pauses: keepalive ? [] : [1, 3] }).catch(() => undefined)
}

/** Return a new key. Not by randomUUID, which pages without TLS lack. */
export function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function look(api: Api, id: string, signal?: AbortSignal): Promise<UploadSession> {
  return answerOf(api.GET('/api/v1/upload-sessions/{id}/', { params: { path: { id } }, ...(signal && { signal }) }))
}
