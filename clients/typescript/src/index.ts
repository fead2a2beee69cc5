import { connect, type Api, type ApiOptions } from './api.js'
import { listLibrary, type LibraryFilters, type LibraryItems } from './library.js'
import { abortSession, sendFile, type OpenSession, type SendOptions } from './sessions.js'
import type { Upload } from './types.js'
import { replaceFile, uploadFile, type NamedFile, type TransferOptions, type UploadOptions } from './uploading.js'

export interface MediaLibrary {
  /** Every path of the API, typed. */
  api: Api
  listLibrary(filters?: LibraryFilters): Promise<LibraryItems>
  uploadFile(file: NamedFile, options: UploadOptions): Promise<Upload>
  /** Give an upload other bytes under the same id and address. */
  replaceFile(id: string, file: NamedFile, options: TransferOptions): Promise<Upload>
  /** Send a file to a session that was opened by a call of its own, as those of a library resource are. */
  sendFile(session: OpenSession, file: Blob, options?: SendOptions): Promise<void>
  /** Give a session up: what it reserved of the quota is free again. */
  abortSession(id: string, options?: { keepalive?: boolean }): Promise<void>
}

/** Return a client of the library at `baseUrl`. */
export function createClient(options: ApiOptions): MediaLibrary {
  const api = connect(options)
  return {
    api,
    listLibrary: (filters) => listLibrary(api, filters),
    uploadFile: (file, chosen) => uploadFile(api, file, chosen),
    replaceFile: (id, file, chosen) => replaceFile(api, id, file, chosen),
    sendFile: (session, file, chosen) => sendFile(api, session, file, chosen),
    abortSession: (id, chosen) => abortSession(api, id, chosen),
  }
}

export { answerOf, type Api, type ApiOptions } from './api.js'
export { csrfToken } from './csrf.js'
export { ApiError, errorOf, UnsupportedLibraryType } from './errors.js'
export { exchange, type Caller } from './http.js'
export * from './library.js'
export { retrySentence, sentence } from './sentences.js'
export type * from './types.js'
export { randomKey, type OpenSession, type Progress, type SendOptions } from './sessions.js'
export { isFinal, type NamedFile, type TransferOptions, type UploadOptions } from './uploading.js'
export type { components, operations, paths } from './schema.js'
