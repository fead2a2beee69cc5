// One PUT to the store.
import { ApiError } from './errors.js'

/** Bytes of this body that have left, now and then. */
export type Sent = (bytes: number) => void

export interface Ticket {
  url: string
  headers: Record<string, string>
}

/** Send `body` as the ticket says. Throws ApiError: what the store itself says helps nobody, only its status is kept. */
export async function put(ticket: Ticket, body: Blob, sent: Sent, signal?: AbortSignal): Promise<void> {
  const send = typeof XMLHttpRequest === 'undefined' ? putByFetch : putByRequest
  const { status, retryAfter } = await send(ticket, body, sent, signal)
  // 412: it is stored already; the answer to an earlier attempt was lost.
  if (!(status >= 200 && status < 300) && status !== 412) {
    // 403: the address has expired, say. Another attempt gets a fresh one.
    throw new ApiError(status === 403 ? 0 : status, [], retryAfter)
  }
  sent(body.size)
}

interface Outcome {
  status: number
  retryAfter: number | null
}

// Outside browsers: fetch does not tell how much of a body has left.
async function putByFetch({ url, headers }: Ticket, body: Blob, _: Sent, signal?: AbortSignal): Promise<Outcome> {
  try {
    const answer = await fetch(url, { method: 'PUT', headers, body, signal: signal ?? null })
    await answer.arrayBuffer()
    return { status: answer.status, retryAfter: Number(answer.headers.get('Retry-After')) || null }
  } catch {
    signal?.throwIfAborted()
    return { status: 0, retryAfter: null }
  }
}

function putByRequest({ url, headers }: Ticket, body: Blob, sent: Sent, signal?: AbortSignal): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const stop = () => request.abort()
    request.open('PUT', url)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = (event) => sent(event.loaded)
    request.onabort = () => reject(signal?.reason)
    request.onloadend = () => {
      signal?.removeEventListener('abort', stop)
      // The status is 0 where no answer came.
      resolve({ status: request.status, retryAfter: Number(request.getResponseHeader('Retry-After')) || null })
    }
    signal?.addEventListener('abort', stop, { once: true })
    request.send(body)
  })
}
