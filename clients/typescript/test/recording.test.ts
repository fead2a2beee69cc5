import { beforeAll, expect, inject, test, vi } from 'vitest'
import { answerOf, type components, type LibraryPage, type LibraryType, type MediaLibrary } from '../src/index.js'
import { signedIn } from './people.js'
import { picture } from './files.js'
import { record, recorded, timeless } from './recorded.js'

type NewResource = components['schemas']['LibraryResourceCreateRequest']

const RESOURCES: Record<LibraryType, Partial<NewResource>> = {
  model: { name: 'Ada', gender: 'female', age_group: 'adult' },
  scene: { name: 'Harbour at dawn', environment: 'outdoor' },
  garment: { name: 'Rain coat', category: 'coats' },
}

const HEADERS = { 'X-Organization': 'acme', Accept: 'application/json' }
const DRAWN_WITHIN = 60_000 // milliseconds

// The requests of an anonymous caller to a library of these three.
const REQUESTS = {
  'library-list': '/api/v1/library-resources/?cursor=',
  'library-first-page': '/api/v1/library-resources/?cursor=&limit=1',
  'library-empty': '/api/v1/library-resources/?cursor=&search=nothing-has-this-name',
  'library-unsupported-type': '/api/v1/library-resources/?cursor=&type=shoes',
  'library-unknown-filter': '/api/v1/library-resources/?colour=red',
  'uploads-not-found': '/api/v1/uploads/00000000-0000-7000-8000-000000000000/',
}

async function fill(library: MediaLibrary, type: LibraryType, files: number) {
  const names = ['original', 'gallery', 'gallery'].slice(0, files)
  const body = {
    files: names.map((role, index) => ({
      role: role as NewResource['files'][number]['role'],
      filename: `${type}-${index}.png`,
      content_type: 'image/png',
      size: picture('any').size,
    })),
  }
  const presigned = await answerOf(library.api.POST('/api/v1/library-resources/presign/', { body }))
  const entries = presigned.files.map(({ role, id }) => ({ role, upload_session: id }))
  for (const { url, headers } of presigned.files) {
    const answer = await fetch(url ?? '', { method: 'PUT', headers, body: picture('any') })
    expect(answer.status).toBe(200)
  }
  const made = { type, status: 'active', ...RESOURCES[type], files: entries } as NewResource
  await answerOf(library.api.POST('/api/v1/library-resources/', { body: made }))
}

beforeAll(async () => {
  const library = await signedIn('acme-admin') // an organization of its own, whose library is empty
  for (const type of ['model', 'scene', 'garment'] as const) await fill(library, type, type === 'scene' ? 1 : 3)
  await vi.waitUntil(hasThumbnails, { timeout: DRAWN_WITHIN, interval: 200 })
}, DRAWN_WITHIN)

// They are drawn in the background: before that an answer says another thing from one moment to the next.
async function hasThumbnails() {
  const answer = await fetch(inject('baseUrl') + REQUESTS['library-list'], { headers: HEADERS })
  const { results } = (await answer.json()) as LibraryPage
  return results.every(({ thumbnail }) => thumbnail)
}

test.for(Object.entries(REQUESTS))('the server says what was recorded: %s', async ([name, path]) => {
  const answer = await fetch(inject('baseUrl') + path, { headers: HEADERS })
  const said = { status: answer.status, body: await answer.json() }
  if (process.env['RECORD']) record(name, said)
  expect(timeless(said)).toEqual(timeless(recorded(name)))
})
