// What goes wrong between a browser and the store, by a store and an API that say what each test wants.
import { afterEach, expect, test, vi } from 'vitest'
import { connect } from '../src/api.js'
import { ApiError, isFinal, retrySentence, sentence } from '../src/index.js'
import { patiently } from '../src/patience.js'
import { sendFile, type OpenSession } from '../src/sessions.js'
import { uploadFile } from '../src/uploading.js'

const WHOLE: OpenSession = { id: 's', state: 'open', url: '/whole', headers: {}, multipart: null }
const PARTS: OpenSession = { ...WHOLE, url: null, multipart: { part_size: 4, part_count: 3 } }
const NO_PAUSES = [0, 0, 0, 0]
const baseUrl = 'https://media.example.org'
const blob = new Blob(['0123456789'])

afterEach(() => {
  vi.unstubAllGlobals()
})

type Behaviour = number | 'silent' | 'stalled half-way' | 'slow'

/** A browser whose PUTs end as `behaviours` say, in this order, and well afterwards. */
function store(...behaviours: Behaviour[]) {
  const puts: [string, number][] = []
  class Put extends EventTarget {
    upload: { onprogress?: (event: { loaded: number }) => void } = {}
    onloadend?: () => void
    status = 0
    address = ''
    timer?: ReturnType<typeof setInterval>
    open(_: string, url: string) {
      this.address = url
    }
    setRequestHeader() {}
    getAllResponseHeaders() {
      return ''
    }
    abort() {
      clearInterval(this.timer)
      this.end(0)
    }
    end(status: number) {
      this.status = status
      this.onloadend?.()
    }
    send(body: Blob) {
      puts.push([this.address, body.size])
      const behaviour = behaviours.shift() ?? 200
      if (behaviour === 'stalled half-way') this.upload.onprogress?.({ loaded: body.size / 2 })
      if (behaviour === 'slow') this.trickle(body.size)
      if (typeof behaviour === 'number') setTimeout(() => this.end(behaviour))
    }
    trickle(size: number) {
      let loaded = 0
      this.timer = setInterval(() => {
        this.upload.onprogress?.({ loaded: ++loaded })
        if (loaded < size) return
        clearInterval(this.timer)
        this.end(200)
      }, 20)
    }
  }
  vi.stubGlobal('XMLHttpRequest', Put)
  return puts
}

/** An API with this session, some parts of which are stored; returns what it was asked. */
function api(session: OpenSession, stored: { part_number: number; size: number }[] = []) {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname.replace('/api/v1/', '')
    asked.push(`${request.method} ${path}`)
    if (request.method === 'DELETE') return new Response(null, { status: 204 })
    if (!path.endsWith('/parts/')) return Response.json(session)
    if (request.method === 'GET') return Response.json(stored)
    const { part_numbers: numbers } = await request.json()
    return Response.json(numbers.map((number: number) => ({ part_number: number, url: `/part-${number}`, headers: {} })))
  })
  return { api: connect({ baseUrl }), asked }
}

const failure = (promise: Promise<unknown>) => promise.then(() => null, (error: unknown) => error)

test('only the parts that are missing are sent', async () => {
  const puts = store()
  const seen: number[] = []
  const onProgress = ({ sent }: { sent: number }) => seen.push(sent)
  await sendFile(api(PARTS, [{ part_number: 2, size: 4 }]).api, PARTS, blob, { onProgress })
  expect(puts).toEqual([['/part-1', 4], ['/part-3', 2]])
  expect([seen[0], seen.at(-1)]).toEqual([4, 10])
})

test('bytes that are stored already are not sent again', async () => {
  const puts = store(412)
  await sendFile(api(WHOLE).api, WHOLE, blob)
  expect(puts).toHaveLength(1)
})

test('nothing is sent to a session that is completed', async () => {
  const puts = store()
  await sendFile(api(WHOLE).api, { ...WHOLE, state: 'completed', url: null }, blob)
  expect(puts).toEqual([])
})

test('a lost connection is waited out, with a fresh address each time', async () => {
  const puts = store(0, 503)
  const { api: calls, asked } = api(WHOLE)
  await sendFile(calls, WHOLE, blob, { pauses: NO_PAUSES })
  expect(puts).toHaveLength(3)
  expect(asked.filter((call) => call === 'GET upload-sessions/s/')).toHaveLength(2)
})

// FA-A7
test.for<[string, OpenSession, Behaviour]>([
  ['a file in one piece, before the first byte', WHOLE, 'silent'],
  ['a file in one piece, half-way', WHOLE, 'stalled half-way'],
  ['a part, half-way', PARTS, 'stalled half-way'],
])('no progress for some time is a failed try: %s', async ([, session, behaviour]) => {
  const puts = store(behaviour)
  const retried: string[] = []
  const seen: number[] = []
  await sendFile(api(session).api, session, blob, {
    pauses: NO_PAUSES,
    stallSeconds: 0.05,
    onRetry: (error) => retried.push(retrySentence(error)),
    onProgress: ({ sent }) => seen.push(sent),
  })
  expect(retried).toEqual(['The connection is stalled; trying again…'])
  expect(puts).toHaveLength(session === WHOLE ? 2 : 4)
  expect(seen).toEqual([...seen].sort((one, other) => one - other)) // the bar does not go back
  expect(seen.at(-1)).toBe(blob.size)
})

// FA-A7
test('a slow line that moves is not taken for a stalled one', async () => {
  const puts = store('slow')
  await sendFile(api(WHOLE).api, WHOLE, blob, { stallSeconds: 0.15 }) // takes longer than that in all
  expect(puts).toHaveLength(1)
})

// FA-A7
test('a line that stays stalled is told in words in the end', async () => {
  store('silent', 'silent', 'silent')
  const error = await failure(sendFile(api(WHOLE).api, WHOLE, blob, { pauses: [0, 0], stallSeconds: 0.02 }))
  expect(error).toMatchObject({ status: 0, code: 'stalled' })
  expect(sentence(error)).toBe('The connection is stalled. Try again.')
})

/** A file that another program has written to, or removed, since it was chosen; `after` so many reads. */
function changed(name: string, after = 0) {
  const file = new File(['0123456789'], 'film.mp4', { type: 'video/mp4' })
  let reads = 0
  const slice = File.prototype.slice
  file.slice = (...given) => {
    const part = slice.apply(file, given)
    part.slice = () => part
    const whole = part.arrayBuffer.bind(part)
    part.arrayBuffer = async () => {
      if (reads++ >= after) throw new DOMException('The requested file could not be read.', name)
      return whole()
    }
    return part
  }
  return file
}

// FA-A6
test.for(['NotReadableError', 'NotFoundError'])('a file that is %s is told at once and nothing is sent', async (name) => {
  const puts = store()
  const { api: calls, asked } = api(WHOLE)
  const error = await failure(uploadFile(calls, changed(name), { type: 'VIDEO' }))
  expect([puts, asked]).toEqual([[], []])
  expect(sentence(error)).toBe('This file has changed or is gone since it was chosen. Choose it again.')
  expect(isFinal(error)).toBe(true)
})

// FA-A6
test('a file that changes while it is sent ends the upload and its session at once', async () => {
  const puts = store(0) // the browser breaks the connection off
  const { api: calls, asked } = api(WHOLE)
  const error = await failure(uploadFile(calls, changed('NotReadableError', 3), { type: 'VIDEO', key: 'k'.repeat(16) }))
  expect(puts).toHaveLength(1)
  expect(error).toMatchObject({ code: 'file_changed', isTemporary: false })
  expect(asked.at(-1)).toBe('DELETE upload-sessions/s/')
})

test.for([400, 404, 409, 410, 413, 507])('a store that answers %i is not asked again', async (status) => {
  const puts = store(status)
  const error = await failure(sendFile(api(WHOLE).api, WHOLE, blob, { pauses: NO_PAUSES }))
  expect(puts).toHaveLength(1)
  expect(error).toMatchObject({ status, code: 'not_stored', isTemporary: false })
})

test.for([408, 425, 429, 500, 502, 503, 504])('a store that answers %i is asked again', async (status) => {
  const puts = store(status)
  await sendFile(api(WHOLE).api, WHOLE, blob, { pauses: NO_PAUSES })
  expect(puts).toHaveLength(2)
})

test('an address that has grown old is made anew, but fresh ones are not refused for ever', async () => {
  store(403)
  await sendFile(api(WHOLE).api, WHOLE, blob, { pauses: NO_PAUSES })
  const puts = store(403, 403, 403, 403)
  const error = await failure(sendFile(api(WHOLE).api, WHOLE, blob, { pauses: NO_PAUSES }))
  expect(puts).toHaveLength(3)
  expect(error).toMatchObject({ status: 403 })
})

test('who thinks better of it while a line is stalled is not kept', async () => {
  store('silent')
  const leaving = new AbortController()
  setTimeout(() => leaving.abort(new Error('left')), 20)
  const error = await failure(sendFile(api(WHOLE).api, WHOLE, blob, { signal: leaving.signal }))
  expect(error).toMatchObject({ message: 'left' })
})

test('a session that is over is refused as such', async () => {
  store()
  const error = await failure(uploadFile(api({ ...WHOLE, state: 'failed' }).api, blob, { type: 'VIDEO', key: 'k'.repeat(16) }))
  expect(error).toMatchObject({ status: 410, code: 'session_over' })
})

const refusing = (error: ApiError) => {
  const attempt = vi.fn(async () => Promise.reject(error))
  return attempt
}

test.for<[string, ApiError, number]>([
  ['ends', new ApiError(503), 3],
  ['is not tried with a refusal for good', new ApiError(400), 1],
  ['is not tried where the server asks for an hour', new ApiError(429, [], 3600), 1],
])('patience %s', async ([, error, attempts]) => {
  const attempt = refusing(error)
  expect(await failure(patiently(attempt, { pauses: [0, 0] }))).toBe(error)
  expect(attempt).toHaveBeenCalledTimes(attempts)
})

test('refusals are told in words', () => {
  const refused = (status: number, code: string, detail = '') => sentence(new ApiError(status, [{ code, detail, attr: null }]))
  expect(refused(403, 'quota_exceeded')).toMatch(/not enough storage/)
  expect(refused(400, 'content_mismatch')).toMatch(/not what its name says/)
  expect(sentence(ApiError.of(0, 'unreachable'))).toMatch(/cannot be reached/)
  expect(refused(400, 'invalid_filename', 'A name is wanted.')).toBe('A name is wanted.')
})
