// The files that wait in the uploader survive a reload and a crash of the page, each in one tab at a time.
//
// An entry belongs to the tab in which its file was added. When a page opens it takes over what belongs to tabs that are
// no more, and leaves the rest alone. What is stored or refused for good leaves the queue at once. If the queue is
// lost, the files must be chosen again.
import { BasePlugin } from '@uppy/core'
import { randomKey } from './api.js'
import * as store from './store.js'
import { holdTab, livingTabs, tab } from './tabs.js'

const LIFE = 24 * 3600 * 1000 // ms, as long as the server keeps an upload session
const MOST_OF_ONE = 1024 ** 3 // bytes; larger files must be chosen again to continue
const MOST_OF_ALL = 4 * 1024 ** 3
const KEPT = ['entry', 'uploadKey', 'session', 'announcement', 'choices', 'name', 'extension', 'type', 'size', 'source', 'meta', 'id']

export default class UploadQueue extends BasePlugin {
  #written = new Map() // by entry: what was written last, as JSON
  #bytes = 0 // of the blobs that this page wrote
  #work = Promise.resolve() // writes one after the other

  constructor(uppy, opts) {
    super(uppy, opts)
    this.type = 'queue'
    this.id = 'UploadQueue'
  }

  install() {
    this.uppy.on('state-update', this.#follow)
    this.uppy.on('restore-confirmed', this.#goOn)
    this.#later(() => this.#restore())
  }

  uninstall() {
    this.uppy.off('state-update', this.#follow)
    this.uppy.off('restore-confirmed', this.#goOn)
  }

  get #queue() {
    return this.uppy.getID() // one person's, in one organization
  }

  #later(work) {
    this.#work = this.#work.then(work).catch((error) => this.uppy.log(error, 'warning'))
  }

  #follow = (before, now) => {
    if (before.files === now.files) return
    const waiting = new Map(Object.values(now.files).filter(isWaiting).map((file) => [file.entry, file]))
    const gone = [...this.#written.keys()].filter((entry) => !waiting.has(entry))
    for (const entry of gone) this.#written.delete(entry)
    if (gone.length) this.#later(() => store.removeEntries(gone))
    for (const file of waiting.values()) this.#keep(file)
  }

  #keep(file) {
    const facts = Object.fromEntries(KEPT.map((name) => [name, file[name]]))
    const text = JSON.stringify(facts)
    const before = this.#written.get(file.entry)
    if (before?.text === text && before.data === file.data) return
    this.#written.set(file.entry, { text, data: file.data })
    const isNew = file.data && before?.data !== file.data
    this.#later(async () => {
      await holdTab()
      if (!this.#written.has(file.entry)) return // gone meanwhile
      await store.putEntry({ ...JSON.parse(text), queue: this.#queue, owner: tab, expires: Date.now() + LIFE })
      if (isNew) await this.#keepBytes(file)
    })
  }

  async #keepBytes({ entry, data }) {
    if (data.size > MOST_OF_ONE || this.#bytes + data.size > MOST_OF_ALL) return
    await store.putBlob(entry, data)
    this.#bytes += data.size
  }

  async #restore() {
    const known = await store.entriesOf(this.#queue)
    const old = known.filter(({ expires }) => expires < Date.now()).map(({ entry }) => entry)
    if (old.length) await store.removeEntries(old)
    const owners = new Set(known.map(({ owner }) => owner))
    if (!owners.size) return
    // Before the others are looked at: who takes over at the same moment must see that this tab is alive.
    await holdTab()
    const living = await livingTabs()
    const orphaned = new Set([...owners].filter((owner) => !living.has(owner)))
    const entries = orphaned.size ? await store.takeOver(this.#queue, orphaned, tab) : []
    if (entries.length) await this.#show(entries)
  }

  async #show(entries) {
    const present = this.uppy.getState().files
    const restored = {}
    const twice = []
    for (const { queue, owner, expires, ...facts } of entries) {
      if (present[facts.id] || restored[facts.id]) {
        twice.push(facts.entry) // the same file, added in two tabs that are gone
        continue
      }
      const data = await store.getBlob(facts.entry)
      restored[facts.id] = restoredFile(facts, data)
      this.#written.set(facts.entry, { text: '', data })
    }
    if (twice.length) await store.removeEntries(twice)
    const files = { ...this.uppy.getState().files, ...restored }
    const isBusy = Object.keys(this.uppy.getState().currentUploads).length > 0 // what was started since is not interrupted
    this.uppy.setState({ files, recoveredState: isBusy ? null : { files: restored } })
    this.uppy.emit('restored')
  }

  #goOn = () => {
    this.uppy.setState({ recoveredState: null })
    this.uppy.upload().catch((error) => this.uppy.log(error, 'warning'))
  }
}

let added = 0

/** Return a name for the entry of a file that is being added; those of one page sort as they were added. */
export function newEntry() {
  const order = [Date.now(), (added += 1)].map((number) => number.toString(36).padStart(9, '0'))
  return [...order, randomKey()].join('-')
}

function isWaiting(file) {
  return Boolean(file.entry) && !file.progress.uploadComplete && !file.isFinal
}

function restoredFile(facts, data) {
  const progress = { percentage: 0, bytesUploaded: false, bytesTotal: facts.size, uploadComplete: false, uploadStarted: null }
  return { ...facts, data, progress, preview: undefined, isRemote: false, isRestored: true, isGhost: !data }
}
