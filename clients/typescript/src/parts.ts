// A large file, part by part.
import { answerOf, type Api } from './api.js'
import { patiently, type Patience } from './patience.js'
import { sender, type Line, type Sent } from './sending.js'
import type { SignedPart, UploadSession } from './types.js'

const AT_ONCE = 3

interface Sending extends Line, Patience {
  api: Api
  /** Of the session. */
  id: string
  parts: NonNullable<UploadSession['multipart']>
  file: Blob
  /** Bytes of the whole file. */
  sent: Sent
}

/** Send the parts that the store does not have yet. Throws as `sender` does. */
export async function sendParts({ api, id, parts, file, sent, ...line }: Sending): Promise<void> {
  const stored = await patiently(() => storedParts(api, id, line.signal), line)
  const bytes = new Map(stored.map((part) => [part.part_number, part.size]))
  const report = () => sent([...bytes.values()].reduce((sum, some) => sum + some, 0))
  report()
  const missing = Array.from({ length: parts.part_count }, (_, index) => index + 1).filter((one) => !bytes.has(one))
  const failed = new AbortController() // one part that is refused for good ends the others, too
  const signal = line.signal ? AbortSignal.any([line.signal, failed.signal]) : failed.signal
  const either = { ...line, signal }
  const sendNext = async () => {
    for (let number = missing.shift(); number; number = missing.shift()) {
      const one = number
      const progress: Sent = (some) => {
        bytes.set(one, some)
        report()
      }
      const put = sender(file.slice((one - 1) * parts.part_size, one * parts.part_size), progress, either)
      // Signed just before it is sent, so that no address grows old in the queue.
      await patiently(async () => put(await sign(api, id, one, signal)), either)
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, sendNext))
  } catch (error) {
    failed.abort(error)
    throw error
  }
}

function storedParts(api: Api, id: string, signal: AbortSignal | undefined) {
  const path = { id }
  return answerOf(api.GET('/api/v1/upload-sessions/{id}/parts/', { params: { path }, ...(signal && { signal }) }))
}

async function sign(api: Api, id: string, number: number, signal: AbortSignal): Promise<SignedPart> {
  const call = api.POST('/api/v1/upload-sessions/{id}/parts/', {
    params: { path: { id } },
    body: { part_numbers: [number] },
    signal,
  })
  const [ticket] = await answerOf(call)
  if (!ticket) throw new Error(`The server did not sign part ${number}.`)
  return ticket
}
