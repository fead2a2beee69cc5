import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Refusal, sentence } from '../src/calls.js'
import { patiently, transfer } from '../src/transfer.js'

const signal = new AbortController().signal

// A store that answers each PUT with the next of `answers`.
function storeOf(answers) {
  const puts = []
  globalThis.XMLHttpRequest = class {
    upload = {}
    open(method, url) { this.url = url }
    setRequestHeader() {}
    getResponseHeader() { return null }
    send(body) {
      puts.push([this.url, body.size])
      this.status = answers.length ? answers.shift() : 200
      setTimeout(() => (this.status ? this.onload() : this.onerror()))
    }
  }
  return puts
}

// An API that knows one session and remembers what it was asked.
function apiOf(session, stored = []) {
  const asked = []
  return {
    asked,
    async call(method, path, { body } = {}) {
      asked.push(`${method} ${path}`)
      if (path.endsWith('/complete/')) return { id: session.id }
      if (path.endsWith('/parts/') && method === 'GET') return stored
      if (path.endsWith('/parts/')) return body.part_numbers.map((number) => ({ url: `part-${number}`, headers: {} }))
      return session
    },
  }
}

const whole = { id: 's', state: 'open', url: 'whole', headers: {}, multipart: null }

test('a small file goes in one piece', async () => {
  const puts = storeOf([])
  const upload = await transfer({ api: apiOf(whole), blob: new Blob(['abc']), key: 'k', signal })
  assert.deepEqual(puts, [['whole', 3]])
  assert.equal(upload.id, 's')
})

test('bytes that are stored already are not sent again', async () => {
  storeOf([412])
  assert.equal((await transfer({ api: apiOf(whole), blob: new Blob(['abc']), key: 'k', signal })).id, 's')
})

test('a lost connection is waited out, with a fresh address', async () => {
  storeOf([0, 503])
  const api = apiOf(whole)
  await transfer({ api, blob: new Blob(['abc']), key: 'k', signal })
  assert.equal(api.asked.filter((call) => call === 'GET upload-sessions/s/').length, 2)
})

test('only the parts that are missing are sent', async () => {
  const puts = storeOf([])
  const session = { ...whole, url: null, multipart: { part_size: 4, part_count: 3 } }
  const api = apiOf(session, [{ part_number: 2, size: 4 }])
  const seen = []
  await transfer({ api, blob: new Blob(['0123456789']), key: 'k', signal, onProgress: (count) => seen.push(count) })
  assert.deepEqual(puts, [['part-1', 4], ['part-3', 2]])
  assert.equal(seen[0], 4)
  assert.equal(seen.at(-1), 10)
})

test('a session that is completed already only gives its upload', async () => {
  const puts = storeOf([])
  await transfer({ api: apiOf({ ...whole, state: 'completed', url: null }), blob: new Blob(['abc']), key: 'k', signal })
  assert.deepEqual(puts, [])
})

test('a session that is over is refused as such', async () => {
  const over = transfer({ api: apiOf({ ...whole, state: 'failed' }), blob: new Blob(['abc']), key: 'k', signal })
  await assert.rejects(over, (error) => error.code === 'session_over')
})

test('a refusal for good is not tried again', async () => {
  let count = 0
  const attempt = async () => {
    count += 1
    throw new Refusal(400, { code: 'content_mismatch' })
  }
  await assert.rejects(patiently(attempt, signal), Refusal)
  assert.equal(count, 1)
})

test('patience ends', async () => {
  let count = 0
  const attempt = async () => {
    count += 1
    throw new Refusal(503)
  }
  await assert.rejects(patiently(attempt, signal, [0, 0]), Refusal)
  assert.equal(count, 3)
})

test('refusals are told in words', () => {
  assert.match(sentence(new Refusal(403, { code: 'quota_exceeded' })), /not enough storage/)
  assert.match(sentence(new Refusal(400, { code: 'content_mismatch' })), /not what its name says/)
  assert.match(sentence(new Refusal(0)), /connection was lost/)
  assert.equal(sentence(new Refusal(400, { code: 'invalid_filename', detail: 'A name is wanted.' })), 'A name is wanted.')
})
