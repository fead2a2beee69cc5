import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { answerOf, ApiError, createClient, randomKey, type MediaLibrary, type UploadOptions } from '../src/index.js'
import { anonymous, signedIn } from './people.js'
import { picture, silence } from './files.js'

const MEGABYTE = 1024 * 1024
const LARGE = 101 * MEGABYTE // just above what goes in one piece: seven parts

let library: MediaLibrary

beforeAll(async () => {
  library = await signedIn('demo-creator')
})

afterEach(() => {
  vi.restoreAllMocks()
})

/** The addresses that bytes were sent to, in order. */
function puts() {
  const sent: string[] = []
  const real = globalThis.fetch
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    if (init?.method === 'PUT') sent.push(String(input))
    return real(input, init)
  })
  return sent
}

async function bytesOf(body: Blob | Response) {
  return new Uint8Array(await body.arrayBuffer())
}

async function countOf(search: string) {
  const query = { search, cursor: '' }
  return (await answerOf(library.api.GET('/api/v1/uploads/', { params: { query } }))).results.length
}

test('a small file goes in one piece and is what was sent', async () => {
  const file = picture('quiet-bay.png')
  const seen: number[] = []
  const upload = await library.uploadFile(file, {
    type: 'IMAGE',
    title: 'Quiet bay',
    visibility: 'PUBLIC',
    tags: ['sea'],
    onProgress: ({ sent, total }) => seen.push(sent / total),
  })
  expect(upload).toMatchObject({ original_filename: 'quiet-bay.png', title: 'Quiet bay', tags: ['sea'], size: file.size })
  expect(seen.at(-1)).toBe(1)
  expect(await bytesOf(await fetch(upload.url))).toEqual(await bytesOf(file))
})

test('a large file goes in parts, and its progress only grows', async () => {
  const seen: number[] = []
  const sent = puts()
  const onProgress: UploadOptions['onProgress'] = (progress) => seen.push(progress.sent)
  const upload = await library.uploadFile(silence('long.wav', LARGE), { type: 'AUDIO', onProgress })
  expect(upload).toMatchObject({ size: LARGE, type: 'AUDIO' })
  expect(new Set(sent).size).toBe(7)
  expect(seen).toEqual([...seen].sort((one, other) => one - other))
  expect([seen[0], seen.at(-1)]).toEqual([0, LARGE])
})

test('an upload that was interrupted goes on with the parts that are missing', async () => {
  const file = silence('interrupted.wav', LARGE)
  const key = randomKey()
  const leaving = new AbortController()
  const first = library.uploadFile(file, {
    type: 'AUDIO',
    key,
    signal: leaving.signal,
    onProgress: ({ sent }) => sent >= 48 * MEGABYTE && leaving.abort(),
  })
  await expect(first).rejects.toThrow('aborted')
  expect(await countOf('interrupted.wav')).toBe(0)

  const seen: number[] = []
  const sent = puts()
  // The page was reloaded: another client, the same file and key.
  const later = await signedIn('demo-creator')
  const upload = await later.uploadFile(file, { type: 'AUDIO', key, onProgress: (progress) => seen.push(progress.sent) })
  expect(upload.size).toBe(LARGE)
  expect(seen[0]).toBeGreaterThanOrEqual(48 * MEGABYTE)
  expect(sent).toHaveLength(7 - (seen[0] ?? 0) / (16 * MEGABYTE)) // parts of 16 MiB
  expect(await later.uploadFile(file, { type: 'AUDIO', key })).toMatchObject({ id: upload.id })
  expect(await countOf('interrupted.wav')).toBe(1)
})

// FA-A6
test.for([['one piece', picture('twice.png'), 'IMAGE'], ['parts', silence('twice.wav', LARGE), 'AUDIO']] as const)(
  'two tabs that send the same entry at once, in %s, make one upload',
  async ([, file, type]) => {
    const key = randomKey()
    const tabs = await Promise.all([signedIn('demo-creator'), signedIn('demo-creator')])
    const uploads = await Promise.all(tabs.map((tab) => tab.uploadFile(file, { type, key, pauses: [0.2, 0.5, 1] })))
    expect(new Set(uploads.map(({ id }) => id)).size).toBe(1)
    expect(await countOf(file.name)).toBe(1)
  },
)

test('an upload without a key is undone when it is aborted', async () => {
  const leaving = new AbortController()
  const real = globalThis.fetch
  let session = ''
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const answer = await real(input, init)
    if (answer.status === 201) session = (await answer.clone().json()).id
    if (answer.status === 201) leaving.abort()
    return answer
  })
  const leaver = await signedIn('demo-creator')
  await expect(leaver.uploadFile(picture('gone.png'), { type: 'IMAGE', signal: leaving.signal })).rejects.toThrow('aborted')
  const path = { id: session }
  const { state } = await answerOf(library.api.GET('/api/v1/upload-sessions/{id}/', { params: { path } }))
  expect(state).toBe('aborted')
})

test('a lost answer of the store is waited out', async () => {
  const real = globalThis.fetch
  let failures = 2
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    if (init?.method === 'PUT' && failures-- > 0) return Promise.reject(new TypeError('connection lost'))
    return real(input, init)
  })
  expect(await library.uploadFile(picture('patient.png'), { type: 'IMAGE' })).toMatchObject({ type: 'IMAGE' })
  expect(failures).toBeLessThan(0)
})

async function stateOf(id: string) {
  const path = { id }
  return (await answerOf(library.api.GET('/api/v1/upload-sessions/{id}/', { params: { path } }))).state
}

// FA-A7
test('a store that takes the connection and then nothing is noticed, and the upload goes on', async () => {
  const real = globalThis.fetch
  let silent = 1
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    if (init?.method !== 'PUT' || silent-- <= 0) return real(input, init)
    return new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(init.signal?.reason)))
  })
  const onRetry = vi.fn()
  const upload = await library.uploadFile(picture('stalled.png'), { type: 'IMAGE', stallSeconds: 0.2, onRetry })
  expect(upload).toMatchObject({ type: 'IMAGE' })
  expect(onRetry.mock.calls.map(([error]) => error.code)).toEqual(['stalled'])
})

// FA-A7
test('a file is replaced under its id, and its parts that are missing alone are sent again', async () => {
  const { id, url } = await library.uploadFile(silence('before.wav', 1000), { type: 'AUDIO' })
  const real = globalThis.fetch
  let failures = 2
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    if (init?.method === 'PUT' && failures-- > 0) return Promise.reject(new TypeError('connection lost'))
    return real(input, init)
  })
  const replaced = await library.replaceFile(id, silence('after.wav', LARGE), { type: 'AUDIO', pauses: [0, 0] })
  expect(replaced).toMatchObject({ id, url, size: LARGE })
})

// FA-A7
test.for<[string, Partial<UploadOptions>, number]>([
  ['is refused', {}, 400],
  ['loses its connection for good', { pauses: [0] }, 0],
])('a replacement that %s gives back what it reserved', async ([, options, status]) => {
  const { id } = await library.uploadFile(picture('kept.png'), { type: 'IMAGE' })
  const real = globalThis.fetch
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    return init?.method === 'PUT' && !status ? Promise.reject(new TypeError('connection lost')) : real(input, init)
  })
  let session = ''
  const onSession = (one: { id: string }) => (session = one.id)
  const lie = new File(['<!doctype html><p>no'], 'page.png', { type: 'image/png' })
  const error = await library.replaceFile(id, lie, { type: 'IMAGE', onSession, ...options }).catch((one: unknown) => one)
  expect(error).toMatchObject({ status })
  expect(await stateOf(session)).not.toBe('open')
})

const REFUSED: [string, File, Omit<UploadOptions, 'type'>, object][] = [
  ['what is not what it says', new File(['<!doctype html><p>no'], 'page.png', { type: 'image/png' }), {}, { status: 400, code: 'content_mismatch' }],
  ['a type that is not taken', new File(['x'], 'a.xyz'), {}, { status: 400, code: 'unsupported_media_type' }],
  ['an empty file', new File([], 'empty.png', { type: 'image/png' }), {}, { status: 400, code: 'empty_file' }],
]

test.for(REFUSED)('%s is refused in words', async ([, file, options, expected]) => {
  const refusal = await library.uploadFile(file, { type: 'IMAGE', ...options }).catch((error) => error)
  expect(refusal).toBeInstanceOf(ApiError)
  expect(refusal).toMatchObject(expected)
  expect(refusal.message).not.toBe('')
})

test('a file needs no type', async () => {
  const bytes = await picture('pier.png').arrayBuffer()
  const upload = await library.uploadFile(new File([bytes], 'index.html.JPG'), { type: 'IMAGE' })
  expect([upload.mime_type, upload.original_filename]).toEqual(['image/png', 'index.html.JPG'])
})

test('who is not signed in may not upload', async () => {
  const refusal = await anonymous().uploadFile(picture('mine.png'), { type: 'IMAGE' }).catch((error) => error)
  expect(refusal).toMatchObject({ status: 401, code: 'not_authenticated' })
})

test('a server that is not there is an error without a status', async () => {
  const nobody = createClient({ baseUrl: 'http://127.0.0.1:9' })
  const refusal = await nobody.listLibrary().catch((error) => error)
  expect(refusal).toBeInstanceOf(ApiError)
  expect(refusal).toMatchObject({ status: 0, isTemporary: true })
})
