// Attempts, and the pauses between them.
import { ApiError } from './errors.js'

const PAUSES = [0.5, 1, 2, 4, 8, 15, 30] // seconds; a minute together

/** Return what `attempt` returns, after as many attempts as it takes; temporary refusals are waited out. */
export async function patiently<T>(attempt: () => Promise<T>, signal?: AbortSignal, pauses = PAUSES): Promise<T> {
  for (let count = 0; ; count += 1) {
    try {
      signal?.throwIfAborted()
      return await attempt()
    } catch (error) {
      signal?.throwIfAborted()
      const next = pauses[count]
      if (!(error instanceof ApiError && error.isTemporary) || next === undefined) throw error
      await pause(error.retryAfter ?? next, signal)
    }
  }
}

function pause(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, seconds * 1000)
    signal?.addEventListener('abort', stop, { once: true })
  })
}
