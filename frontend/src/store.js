// The files that wait to be uploaded, in IndexedDB: what is known of each, and its bytes apart from it, since they are
// written once and the rest often.
const DATABASE = 'library-uploads'
const ENTRIES = 'entries'
const BLOBS = 'blobs'

let opened = null

/** Write what is known of a file: an object with its `entry`, `queue` and `owner`. */
export async function putEntry(entry) {
  await inTransaction([ENTRIES], (entries) => entries.put(entry))
}

/** Keep the bytes of an entry. Fails where there is no room for them. */
export async function putBlob(entry, blob) {
  await inTransaction([BLOBS], (blobs) => blobs.put(blob, entry))
}

/** Return the bytes of an entry; undefined where none were kept. */
export function getBlob(entry) {
  return inTransaction([BLOBS], (blobs) => blobs.get(entry), 'readonly')
}

export async function removeEntries(ids) {
  await inTransaction([ENTRIES, BLOBS], (entries, blobs) => {
    for (const id of ids) for (const store of [entries, blobs]) store.delete(id)
  })
}

/** Return all entries of a queue. */
export async function entriesOf(queue) {
  const all = await inTransaction([ENTRIES], (entries) => entries.getAll(), 'readonly')
  return all.filter((one) => one.queue === queue)
}

/** Make `owner` the owner of the queue's entries that belong to one of `tabs`; returns them. One caller gets each. */
export async function takeOver(queue, tabs, owner) {
  const taken = []
  await inTransaction([ENTRIES], (entries) => {
    entries.openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return
      if (cursor.value.queue === queue && tabs.has(cursor.value.owner)) {
        taken.push({ ...cursor.value, owner })
        cursor.update(taken.at(-1))
      }
      cursor.continue()
    }
  })
  return taken
}

async function inTransaction(names, work, mode = 'readwrite') {
  const transaction = (await database()).transaction(names, mode)
  const request = work(...names.map((name) => transaction.objectStore(name)))
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve
    transaction.onerror = transaction.onabort = () => reject(transaction.error)
  })
  return request?.result
}

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore(ENTRIES, { keyPath: 'entry' })
      request.result.createObjectStore(BLOBS)
    }
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close()
      resolve(request.result)
    }
    request.onerror = () => reject(request.error)
  })
  return opened
}
