// One file on its way in through an upload session: announce, send, complete. Nothing here knows a user interface.
//
// Every step can be repeated, and the idempotency key finds the session again: after a lost connection, a restarted
// server or a reloaded page the same call goes on where the last one stopped.
import { Refusal } from './calls.js'

const PAUSES = [0.5, 1, 2, 4, 8, 15, 15, 15, 30, 30] // seconds; two minutes together
const PARTS_AT_ONCE = 3

/**
 * Send `blob` and return the upload that came of it.
 *
 * `announcement` is the body of `POST /upload-sessions/`, `details` that of `complete`. `onSession(session)` tells of
 * the session as soon as there is one, `onProgress(bytes)` how much of the file is stored. Raises Refusal and AbortError.
 */
export async function transfer({ api, blob, announcement, details, key, signal, onSession, onProgress }) {
  const session = await patiently(() => open(api, announcement, key, signal), signal)
  onSession?.(session)
  if (session.state === 'open') {
    if (session.multipart) await sendParts({ api, blob, session, signal, onProgress })
    else await sendWhole({ api, blob, session, signal, onProgress })
  }
  const complete = () => api.call('POST', `upload-sessions/${session.id}/complete/`, { body: details, signal })
  const upload = await patiently(complete, signal)
  onProgress?.(blob.size)
  return upload
}

/** Return an idempotency key. Not by randomUUID, which pages without TLS lack. */
export function randomKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Give up a session and what was stored for it; a completed one stays. */
export async function abandon(api, sessionId) {
  try {
    await api.call('DELETE', `upload-sessions/${sessionId}/`)
  } catch {
    // it expires by itself
  }
}

/** Whether a session in this state is of no more use: what is left is to open another one, with another key. */
export function isOver(state) {
  return ['aborted', 'expired', 'failed'].includes(state)
}

async function open(api, announcement, key, signal) {
  const headers = { 'Idempotency-Key': key }
  const session = await api.call('POST', 'upload-sessions/', { body: announcement, headers, signal })
  if (isOver(session.state)) throw new Refusal(410, { code: 'session_over' })
  return session
}

async function sendWhole({ api, blob, session, signal, onProgress }) {
  let ticket = session
  await patiently(async () => {
    ticket ??= await api.call('GET', `upload-sessions/${session.id}/`, { signal })
    const { url, headers } = ticket
    ticket = null // another attempt asks for a fresh address: this one may be what was wrong
    if (url) await put(url, headers, blob, signal, onProgress)
  }, signal)
}

async function sendParts({ api, blob, session, signal, onProgress }) {
  const path = `upload-sessions/${session.id}/parts/`
  const { part_size: size, part_count: count } = session.multipart
  const stored = await patiently(() => api.call('GET', path, { signal }), signal)
  const sent = new Map(stored.map((part) => [part.part_number, part.size]))
  const missing = Array.from({ length: count }, (_, index) => index + 1).filter((number) => !sent.has(number))
  const report = () => onProgress?.([...sent.values()].reduce((sum, some) => sum + some, 0))
  report()

  // One part that is refused for good ends the others, too.
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  const sendNext = async () => {
    for (let number = missing.shift(); number; number = missing.shift()) {
      const part = blob.slice((number - 1) * size, number * size)
      await patiently(async () => {
        const [ticket] = await api.call('POST', path, { body: { part_numbers: [number] }, signal: either })
        await put(ticket.url, ticket.headers, part, either, (bytes) => report(sent.set(number, bytes)))
      }, either)
    }
  }
  try {
    await Promise.all(Array.from({ length: PARTS_AT_ONCE }, sendNext))
  } catch (error) {
    failed.abort()
    throw error
  }
}

// XMLHttpRequest, because fetch does not tell how much of a body has left.
function put(url, headers, blob, signal, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const abort = () => request.abort()
    const end = (settle, value) => {
      signal?.removeEventListener('abort', abort)
      settle(value)
    }
    request.open('PUT', url)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = (event) => onProgress?.(event.loaded)
    request.onabort = () => end(reject, aborted())
    request.onerror = () => end(reject, new Refusal(0))
    request.onload = () => {
      // 412: it is stored already; the answer to an earlier attempt was lost
      if ((request.status >= 200 && request.status < 300) || request.status === 412) return end(resolve)
      end(reject, refusalOf(request))
    }
    if (signal?.aborted) return end(reject, aborted())
    signal?.addEventListener('abort', abort)
    request.send(blob)
  })
}

// The store's own words (XML, or our JSON) help nobody; an address that has expired is worth another attempt.
function refusalOf(request) {
  const status = request.status === 403 ? 0 : request.status
  return new Refusal(status, { retryAfter: Number(request.getResponseHeader('Retry-After')) || null })
}

/** Return what `attempt` returns, after as many attempts as it takes; temporary refusals are waited out. */
export async function patiently(attempt, signal, pauses = PAUSES) {
  for (let count = 0; ; count += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (signal?.aborted) throw aborted()
      if (!(error instanceof Refusal && error.isTemporary) || count >= pauses.length) throw error
      await pause(error.retryAfter ?? pauses[count], signal)
    }
  }
}

function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000)
    signal?.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(aborted())
    }, { once: true })
  })
}

function aborted() {
  return new DOMException('Aborted', 'AbortError')
}
