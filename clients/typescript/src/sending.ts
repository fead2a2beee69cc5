// One PUT to the store.
import { ApiError } from './errors.js'

/** Seconds without any progress, or without the answer once all has left, after which an attempt has failed. */
const STALL_SECONDS = 30
const SLOWEST = 16 * 1024 // bytes a second, where progress cannot be seen
// Browsers set these themselves and complain of scripts that do.
const FORBIDDEN = ['content-length', 'host']
const REFUSALS = 3 // a store may refuse an address that has grown old, but not three fresh ones

/** Bytes of this body that have left, now and then. */
export type Sent = (bytes: number) => void

export interface Ticket {
  url: string
  headers: Record<string, string>
}

export interface Line {
  signal?: AbortSignal | undefined
  stallSeconds?: number | undefined
}

/** Return a function that sends `body` to a fresh ticket at each call; it fails for good where fresh ones are refused. */
export function sender(body: Blob, sent: Sent, line: Line): (ticket: Ticket) => Promise<void> {
  let refused = 0
  return async (ticket) => {
    await requireReadable(body)
    const { status, code, retryAfter } = await sendOnce(ticket, body, sent, line)
    // 412: it is stored already; the answer to an earlier attempt was lost.
    if ((status >= 200 && status < 300) || status === 412) return sent(body.size)
    if (status === 0) await requireReadable(body) // what has changed on disk breaks the connection, too
    const isOld = status === 403 && ++refused < REFUSALS
    // Of the store's answer only the status is kept: its text is not for people.
    throw ApiError.of(isOld ? 0 : status, code, undefined, retryAfter)
  }
}

/** Throw where a file has changed or is gone since it was chosen: no attempt can succeed. */
export async function requireReadable(body: Blob): Promise<void> {
  try {
    await body.slice(0, 1).arrayBuffer()
  } catch (error) {
    throw ApiError.of(400, 'file_changed', error)
  }
}

interface Outcome {
  /** Of the answer; 0: none came. */
  status: number
  code: string
  retryAfter: number | null
}

function sendOnce(ticket: Ticket, body: Blob, sent: Sent, line: Line): Promise<Outcome> {
  return (typeof XMLHttpRequest === 'undefined' ? putByFetch : putByRequest)(ticket, body, sent, line)
}

// Outside browsers: fetch does not tell how much of a body has left, so the whole of it has a time.
async function putByFetch({ url, headers }: Ticket, body: Blob, _: Sent, { signal, stallSeconds }: Line): Promise<Outcome> {
  const late = AbortSignal.timeout(Math.ceil(((stallSeconds ?? STALL_SECONDS) + body.size / SLOWEST) * 1000))
  try {
    const either = signal ? AbortSignal.any([signal, late]) : late
    const answer = await fetch(url, { method: 'PUT', headers, body, signal: either })
    await answer.arrayBuffer()
    return outcome(answer.status, answer.headers.get('Retry-After'))
  } catch {
    signal?.throwIfAborted()
    return { status: 0, code: late.aborted ? 'stalled' : 'unreachable', retryAfter: null }
  }
}

function putByRequest({ url, headers }: Ticket, body: Blob, sent: Sent, { signal, stallSeconds }: Line): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const stop = () => request.abort()
    const watch = watchdog(stop, stallSeconds ?? STALL_SECONDS)
    request.open('PUT', url)
    for (const [name, value] of Object.entries(headers)) {
      if (!FORBIDDEN.includes(name.toLowerCase())) request.setRequestHeader(name, value)
    }
    request.upload.onprogress = (event) => {
      watch.progress(event.loaded)
      sent(event.loaded)
    }
    request.onloadend = () => {
      signal?.removeEventListener('abort', stop)
      watch.end()
      if (signal?.aborted) return reject(signal.reason)
      if (watch.hasBarked()) return resolve({ status: 0, code: 'stalled', retryAfter: null })
      resolve(outcome(request.status, retryAfterOf(request)))
    }
    signal?.addEventListener('abort', stop, { once: true })
    request.send(body)
    if (signal?.aborted) stop()
  })
}

// Of all headers, since a browser complains where one is asked for by a name that the store does not expose.
function retryAfterOf(request: XMLHttpRequest): string | null {
  return /^retry-after:\s*(\S+)/im.exec(request.getAllResponseHeaders())?.[1] ?? null
}

function outcome(status: number, retryAfter: string | null): Outcome {
  return { status, code: status ? 'not_stored' : 'unreachable', retryAfter: Number(retryAfter) || null }
}

/** Call `stop` when the number of bytes has not grown for so many seconds. */
function watchdog(stop: () => void, seconds: number) {
  let most = 0
  let hasBarked = false
  const bark = () => {
    hasBarked = true
    stop()
  }
  let timer = setTimeout(bark, seconds * 1000)
  const end = () => clearTimeout(timer)
  return {
    end,
    hasBarked: () => hasBarked,
    progress(bytes: number) {
      if (bytes <= most) return
      most = bytes
      end()
      timer = setTimeout(bark, seconds * 1000)
    },
  }
}
