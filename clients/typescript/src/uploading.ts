// A file on its way in: announce, send, complete. Every step can be repeated.
import { answerOf, type Api } from './api.js'
import { ApiError } from './errors.js'
import { sendParts } from './parts.js'
import { patiently } from './patience.js'
import { put } from './sending.js'
import type { Announcement, Completion, Upload, UploadSession, UploadType } from './types.js'

export interface Progress {
  /** Bytes of the file that have left. In browsers it moves with the bytes, elsewhere with each part. */
  sent: number
  total: number
}

export interface UploadOptions extends Omit<Completion, 'parts'> {
  type: UploadType
  /** Default: the file's own. */
  filename?: string
  /** Default: the file's own. */
  contentType?: string
  /**
   * Names this upload, so that it can be gone on with: the same call with the same key (8 random bytes or more, kept
   * where a reload does not lose it) sends only what the store lacks. Without a key, an upload that ends early is undone.
   */
  key?: string
  onProgress?: (progress: Progress) => void
  signal?: AbortSignal
}

const OVER: UploadSession['state'][] = ['aborted', 'expired', 'failed']

/** Send `file` to the store and return the upload it has become. Throws ApiError, and the signal's reason. */
export async function uploadFile(api: Api, file: Blob & { name?: string }, options: UploadOptions): Promise<Upload> {
  const { type, filename, contentType, key, onProgress, signal, ...details } = options
  const announcement: Announcement = {
    type,
    filename: filename ?? file.name ?? 'file',
    content_type: contentType ?? (file.type || 'application/octet-stream'),
    size: file.size,
  }
  const session = await openSession(api, announcement, key ?? randomKey(), signal)
  try {
    const sent = (bytes: number) => onProgress?.({ sent: bytes, total: file.size })
    await send(api, session, file, sent, signal)
    return await complete(api, session, details, signal)
  } catch (error) {
    if (key === undefined) await abandon(api, session)
    throw error
  }
}

async function openSession(api: Api, body: Announcement, key: string, signal?: AbortSignal): Promise<UploadSession> {
  const header = { 'Idempotency-Key': key }
  // Its answer is waited for even when the caller has lost interest: else nobody would know what to undo.
  const open = () => api.POST('/api/v1/upload-sessions/', { body, params: { header } })
  const session = await patiently(() => answerOf(open()), signal)
  if (OVER.includes(session.state)) {
    const detail = 'This upload has ended; start it again under another key.'
    throw new ApiError(410, [{ code: 'session_over', detail, attr: null }])
  }
  return session
}

async function send(
  api: Api, session: UploadSession, file: Blob, sent: (bytes: number) => void, signal?: AbortSignal,
): Promise<void> {
  if (session.state !== 'open') return
  if (session.multipart) return sendParts({ api, id: session.id, parts: session.multipart, file, sent, signal })
  let fresh: UploadSession | null = session
  await patiently(async () => {
    const { url, headers }: UploadSession = fresh ?? (await look(api, session.id, signal))
    fresh = null // another attempt asks for a new address: this one may be what was wrong
    if (url) await put({ url, headers }, file, sent, signal)
  }, signal)
}

function look(api: Api, id: string, signal?: AbortSignal): Promise<UploadSession> {
  return answerOf(api.GET('/api/v1/upload-sessions/{id}/', { params: { path: { id } }, ...given(signal) }))
}

function complete(api: Api, { id }: UploadSession, body: Completion, signal?: AbortSignal): Promise<Upload> {
  const call = () => api.POST('/api/v1/upload-sessions/{id}/complete/', { params: { path: { id } }, body, ...given(signal) })
  return patiently(() => answerOf(call()), signal)
}

/** Give the session up with what was stored for it. */
async function abandon(api: Api, { id }: UploadSession): Promise<void> {
  // Where it fails the session expires by itself.
  await api.DELETE('/api/v1/upload-sessions/{id}/', { params: { path: { id } } }).catch(() => undefined)
}

/** Return a new key. Not by randomUUID, which pages without TLS lack. */
export function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function given(signal?: AbortSignal): { signal?: AbortSignal } {
  return signal ? { signal } : {}
}
