// Attempts, and the pauses between them.
import { ApiError } from './errors.js'

const PAUSES = [0.5, 1, 2, 4, 8, 15, 15, 15, 30, 30] // seconds; two minutes together
const LONGEST_PAUSE = 120 // seconds; a server that asks for more is taken to refuse

export interface Patience {
  signal?: AbortSignal | undefined
  /** Seconds between attempts. */
  pauses?: readonly number[]
  /** Told before each pause, with what went wrong and the seconds until the next attempt. */
  onRetry?: ((error: ApiError, seconds: number) => void) | undefined
}

/** Return what `attempt` returns, after as many attempts as it takes; temporary refusals are waited out. */
export async function patiently<T>(attempt: () => Promise<T>, patience: Patience = {}): Promise<T> {
  const { signal, pauses = PAUSES, onRetry } = patience
  for (let count = 0; ; count += 1) {
    try {
      signal?.throwIfAborted()
      return await attempt()
    } catch (error) {
      signal?.throwIfAborted()
      const next = pauses[count]
      if (!(error instanceof ApiError && error.isTemporary) || next === undefined) throw error
      const seconds = error.retryAfter ?? next
      if (seconds > LONGEST_PAUSE) throw error
      onRetry?.(error, seconds)
      await pause(seconds, signal)
    }
  }
}

/** Wait; shorter where the network comes back meanwhile. */
function pause(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
      globalThis.removeEventListener?.('online', goOn)
      settle()
    }
    const stop = () => end(() => reject(signal?.reason))
    const goOn = () => end(resolve)
    const timer = setTimeout(goOn, seconds * 1000)
    signal?.addEventListener('abort', stop, { once: true })
    globalThis.addEventListener?.('online', goOn)
  })
}
