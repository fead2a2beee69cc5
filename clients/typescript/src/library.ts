// The public library as a front end shows it.
import { answerOf, type Api } from './api.js'
import type { LibraryFile, LibraryPage, LibraryQuery, LibraryResource, LibraryType } from './types.js'

/** One card of a library page. */
export interface LibraryItemVM {
  id: LibraryResource['id']
  type: LibraryType
  title: LibraryResource['name']
  /** Address of the full picture. */
  image: LibraryFile['url']
  /** Address of the small one; the full one until the server has made it. */
  thumbnail: LibraryFile['url']
  /** Addresses of the further pictures, in their order. */
  gallery: LibraryFile['url'][]
  /** What resources of this type are described by, without what is not filled in. */
  attributes: Partial<Record<LibraryAttribute, string>>
}

export interface LibraryItems {
  items: LibraryItemVM[]
  /** For the next page; null on the last one. */
  cursor: string | null
}

/** The API's filters, but for how pages are asked for. `type` may be any text: an address bar's, say. */
export type LibraryFilters = Omit<LibraryQuery, 'type' | 'offset' | 'ordering'> & { type?: string | string[] }

const ATTRIBUTES = {
  model: ['gender', 'age_group'],
  scene: ['environment'],
  garment: ['category'],
} as const satisfies Record<LibraryType, readonly (keyof LibraryResource)[]>

export type LibraryAttribute = (typeof ATTRIBUTES)[LibraryType][number]

/** Return a page of the library. Throws UnsupportedLibraryType where the server knows no such type, and ApiError. */
export async function listLibrary(api: Api, filters: LibraryFilters = {}): Promise<LibraryItems> {
  const { type, ...others } = filters
  // Which types there are is the server's to say, so an unknown one is sent for it to refuse.
  const types = (type === undefined ? [] : [type].flat()) as LibraryType[]
  const query = { cursor: '', ...others, type: types }
  return libraryItems(await answerOf(api.GET('/api/v1/library-resources/', { params: { query } })))
}

export function libraryItems(page: LibraryPage): LibraryItems {
  return { items: page.results.map(libraryItem), cursor: page.next && new URL(page.next).searchParams.get('cursor') }
}

export function libraryItem(resource: LibraryResource): LibraryItemVM {
  const { id, type, name, original, thumbnail, gallery } = resource
  const attributes: LibraryItemVM['attributes'] = {}
  for (const attribute of ATTRIBUTES[type]) {
    const value = resource[attribute]
    if (value) attributes[attribute] = value
  }
  return {
    id,
    type,
    title: name,
    image: original.url,
    thumbnail: (thumbnail ?? original).url,
    gallery: gallery.map((file) => file.url),
    attributes,
  }
}
