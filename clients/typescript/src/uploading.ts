// A file on its way in: announce, send, and make something of it.
import { answerOf, type Api } from './api.js'
import { ApiError } from './errors.js'
import { patiently } from './patience.js'
import { requireReadable } from './sending.js'
import { abortSession, openSession, randomKey, sendFile, type SendOptions } from './sessions.js'
import type { UploadSessionCreate, UploadSessionComplete, Upload, UploadSession, UploadType } from './types.js'

export type NamedFile = Blob & { name?: string }

export interface TransferOptions extends SendOptions {
  type: UploadType
  /** Default: the file's own. */
  filename?: string | undefined
  /** Not needed: the name and the bytes say what the file is. Default: the file's own, if it has one. */
  contentType?: string | undefined
  /**
   * Names this upload, so that it can be gone on with: the same call with the same key (8 random bytes or more, kept
   * where a reload does not lose it) sends only what the store lacks. Without a key, an upload that ends early is undone.
   */
  key?: string | undefined
  /** Told the session as soon as there is one. */
  onSession?: ((session: UploadSession) => void) | undefined
}

export type UploadOptions = TransferOptions & Omit<UploadSessionComplete, 'parts'>

/** Send `file` to the store and return the upload it has become. Throws ApiError, and the signal's reason. */
export function uploadFile(api: Api, file: NamedFile, options: UploadOptions): Promise<Upload> {
  const { type, filename, contentType, key, onSession, onProgress, onRetry, pauses, signal, stallSeconds, ...body } = options
  return transferFile(api, file, options, ({ id }) =>
    answerOf(api.POST('/api/v1/upload-sessions/{id}/complete/', { params: { path: { id } }, body, ...given(signal) })),
  )
}

/** Give the upload `id` the bytes of `file`, which must be of its type; returns it. Throws as `uploadFile` does. */
export function replaceFile(api: Api, id: string, file: NamedFile, options: TransferOptions): Promise<Upload> {
  return transferFile(api, file, options, (session) => {
    const body = { upload_session: session.id }
    return answerOf(api.POST('/api/v1/uploads/{id}/replace/', { params: { path: { id } }, body, ...given(options.signal) }))
  })
}

/** Whether it is of no use to go on with this upload: the next attempt wants another key. */
export function isFinal(error: unknown): boolean {
  // Who is signed out comes back. What is not the API's is a fault of the caller.
  return error instanceof ApiError && !error.isTemporary && error.status !== 401
}

async function transferFile<T>(
  api: Api, file: NamedFile, options: TransferOptions, finish: (session: UploadSession) => Promise<T>,
): Promise<T> {
  const { key, onSession } = options
  await requireReadable(file)
  const session = await openSession(api, sessionBody(file, options), key ?? randomKey(), options)
  onSession?.(session)
  try {
    await sendFile(api, session, file, options)
    return await patiently(() => finish(session), options)
  } catch (error) {
    if (key === undefined || isFinal(error)) await abortSession(api, session.id)
    throw error
  }
}

function sessionBody(file: NamedFile, { type, filename, contentType }: TransferOptions): UploadSessionCreate {
  return {
    type,
    filename: filename ?? file.name ?? 'file',
    content_type: contentType ?? file.type,
    size: file.size,
  }
}

function given(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {}
}
