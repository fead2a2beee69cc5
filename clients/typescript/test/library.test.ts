import { afterEach, describe, expect, test, vi } from 'vitest'
import { ApiError, createClient, libraryItems, UnsupportedLibraryType, type ErrorAnswer, type LibraryPage } from '../src/index.js'
import { recorded } from './recorded.js'

/** A client whose server gives the recorded answer. */
function answering(name: string) {
  const { status, body } = recorded<unknown>(name)
  const fetched = vi.fn(async (_: Request) => Response.json(body, { status }))
  vi.stubGlobal('fetch', fetched)
  return { client: createClient({ baseUrl: 'https://media.example.org' }), fetched }
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('a page of the library', () => {
  const { body } = recorded<LibraryPage>('library-list')
  const { items, cursor } = libraryItems(body)
  const [garment, scene, model] = items

  test('becomes an item for each resource, in the order of the server', () => {
    expect(items.map(({ type, title }) => [type, title])).toEqual([
      ['garment', 'Rain coat'],
      ['scene', 'Harbour at dawn'],
      ['model', 'Ada'],
    ])
    expect(items.map(({ id }) => id)).toEqual(body.results.map(({ id }) => id))
    expect(cursor).toBeNull()
  })

  test('says of each what its type is described by', () => {
    expect(model?.attributes).toEqual({ gender: 'female', age_group: 'adult' })
    expect(scene?.attributes).toEqual({ environment: 'outdoor' })
    expect(garment?.attributes).toEqual({ category: 'coats' })
  })

  test('names the pictures by their addresses', () => {
    const [first] = body.results
    expect(garment?.image).toBe(first?.original.url)
    expect(garment?.gallery).toEqual(first?.gallery.map(({ url }) => url))
    expect(garment?.gallery).toHaveLength(2)
    expect(scene?.gallery).toEqual([])
  })

  test('shows the full picture until there is a small one', () => {
    const [resource] = body.results
    if (!resource) throw new Error('nothing recorded')
    const small = { ...resource.original, url: 'https://cdn.example.org/small.webp' }
    const page = (thumbnail: typeof small | null) => ({ ...body, results: [{ ...resource, thumbnail }] })
    expect(libraryItems(page(null)).items[0]?.thumbnail).toBe(resource.original.url)
    expect(libraryItems(page(small)).items[0]?.thumbnail).toBe(small.url)
  })
})

test('the cursor of the next page is handed on', async () => {
  const { client, fetched } = answering('library-first-page')
  const { items, cursor } = await client.listLibrary({ limit: 1, type: 'garment' })
  expect(items).toHaveLength(1)
  expect(cursor).toBeTruthy()
  await client.listLibrary({ limit: 1, ...(cursor && { cursor }) })
  const asked = fetched.mock.calls.map(([request]) => Object.fromEntries(new URL(request.url).searchParams))
  expect(asked).toEqual([{ limit: '1', type: 'garment', cursor: '' }, { limit: '1', cursor }])
})

test('an empty library is an empty list', async () => {
  expect(await answering('library-empty').client.listLibrary()).toEqual({ items: [], cursor: null })
})

test('a type that the server does not know is an error of its own', async () => {
  const refusal = await answering('library-unsupported-type').client.listLibrary({ type: 'shoes' }).catch((error) => error)
  expect(refusal).toBeInstanceOf(UnsupportedLibraryType)
  expect(refusal).toBeInstanceOf(ApiError)
  expect(refusal).toMatchObject({ status: 400, code: 'unsupported_library_type', isTemporary: false })
  expect(refusal.problems[0].attr).toBe('type')
})

test.for(['library-unknown-filter', 'uploads-not-found'])('another refusal keeps the words of the server: %s', async (name) => {
  const { body, status } = recorded<ErrorAnswer>(name)
  const refusal = await answering(name).client.listLibrary().catch((error) => error)
  expect(refusal).toBeInstanceOf(ApiError)
  expect(refusal).not.toBeInstanceOf(UnsupportedLibraryType)
  expect(refusal).toMatchObject({ status, problems: body.errors, message: body.errors[0]?.detail })
})
