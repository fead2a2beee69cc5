// Short names for the API's own types. They are all made from its schema; none is written by hand.
import type { components, paths } from './schema.js'

type Schemas = components['schemas']

export type ApiProblem = Schemas['Error']
export type ErrorAnswer = Schemas['Errors']
export type LibraryFile = Schemas['LibraryFile']
export type LibraryPage = Schemas['PaginatedLibraryResourceList']
export type LibraryResource = Schemas['LibraryResource']
export type LibraryType = Schemas['LibraryTypeEnum']
export type MediaItem = Schemas['MediaItem']
export type SignedPart = Schemas['SignedPart']
export type Upload = Schemas['UploadDetail']
export type UploadSession = Schemas['UploadSession']
export type UploadSessionComplete = Schemas['UploadSessionCompleteRequest']
export type UploadSessionCreate = Schemas['UploadSessionCreateRequest']
export type UploadType = Schemas['UploadTypeEnum']

export type LibraryQuery = NonNullable<paths['/api/v1/library-resources/']['get']['parameters']['query']>
