import { connect, type Api, type ApiOptions } from './api.js'
import { listLibrary, type LibraryFilters, type LibraryItems } from './library.js'
import type { Upload } from './types.js'
import { uploadFile, type UploadOptions } from './uploading.js'

export interface MediaLibrary {
  /** Every path of the API, typed. */
  api: Api
  listLibrary(filters?: LibraryFilters): Promise<LibraryItems>
  uploadFile(file: Blob & { name?: string }, options: UploadOptions): Promise<Upload>
}

/** Return a client of the library at `baseUrl`. */
export function createClient(options: ApiOptions): MediaLibrary {
  const api = connect(options)
  return {
    api,
    listLibrary: (filters) => listLibrary(api, filters),
    uploadFile: (file, chosen) => uploadFile(api, file, chosen),
  }
}

export { answerOf, type Api, type ApiOptions } from './api.js'
export { csrfToken } from './csrf.js'
export { ApiError, errorOf, UnsupportedLibraryType } from './errors.js'
export { exchange, type Caller } from './http.js'
export * from './library.js'
export { sentence } from './sentences.js'
export type * from './types.js'
export { randomKey, type Progress, type UploadOptions } from './uploading.js'
export type { components, operations, paths } from './schema.js'
