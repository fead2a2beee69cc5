// Uppy's way to the library: each file goes in through an upload session of its own (see transfer.js).
//
// What is needed to find a session again is kept in the file's state, which golden-retriever stores.
import { BasePlugin, EventManager } from '@uppy/core'
import { filterFilesToEmitUploadStarted, filterFilesToUpload } from '@uppy/core/utils'
import { Refusal, sentence } from './calls.js'
import { abandon, randomKey, transfer } from './transfer.js'

const FILES_AT_ONCE = 4
const ENDED = ['session_over', 'session_expired']

export default class UploadSessions extends BasePlugin {
  #free = FILES_AT_ONCE
  #waiting = []

  /** `opts.apiOf(file)` gives the Api to use, `opts.detailsOf(file)` what is said of the file once it is stored. */
  constructor(uppy, opts) {
    super(uppy, opts)
    this.type = 'uploader'
    this.id = 'UploadSessions'
  }

  install() {
    const { capabilities } = this.uppy.getState()
    this.uppy.setState({ capabilities: { ...capabilities, resumableUploads: true } })
    this.uppy.addUploader(this.#upload)
  }

  uninstall() {
    this.uppy.removeUploader(this.#upload)
  }

  #upload = async (ids) => {
    const files = filterFilesToUpload(this.uppy.getFilesByIds(ids))
    this.uppy.emit('upload-start', filterFilesToEmitUploadStarted(files))
    await Promise.all(files.map((file) => this.#send(file.id)))
  }

  // Until the file is stored, refused or removed. A pause lets another file have the place in the queue.
  async #send(id) {
    const events = new EventManager(this.uppy)
    const controls = { removed: false, stop: () => {}, wake: () => {} }
    const changed = () => {
      controls.wake()
      if (this.#isPaused(id)) controls.stop()
    }
    events.onFileRemove(id, () => {
      controls.removed = true
      controls.stop()
      controls.wake()
    })
    events.onFilePause(id, changed)
    events.onPauseAll(id, changed)
    events.onResumeAll(id, changed)
    try {
      while (!controls.removed) {
        while (this.#isPaused(id) && !controls.removed) await new Promise((resolve) => { controls.wake = resolve })
        if (!controls.removed && (await this.#inTurn(() => this.#attempt(id, controls)))) return
      }
    } finally {
      events.remove()
    }
  }

  #isPaused(id) {
    return Boolean(this.uppy.getFile(id)?.isPaused)
  }

  async #inTurn(task) {
    if (this.#free > 0) this.#free -= 1
    else await new Promise((resolve) => this.#waiting.push(resolve))
    try {
      return await task()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free += 1
    }
  }

  /** Return whether that was the end of it, well or not; false where it was paused or removed meanwhile. */
  async #attempt(id, controls) {
    if (controls.removed || this.#isPaused(id)) return false
    const stopping = new AbortController()
    controls.stop = () => stopping.abort()
    const seen = {}
    try {
      const upload = await this.#transfer(id, stopping.signal, seen)
      const file = this.uppy.getFile(id)
      if (file) this.uppy.emit('upload-success', file, { status: 200, body: upload, uploadURL: upload.url })
      return true
    } catch (error) {
      if (stopping.signal.aborted) {
        if (controls.removed && seen.session) abandon(seen.api, seen.session)
        return false
      }
      this.#fail(id, error)
      return true
    }
  }

  async #transfer(id, signal, seen) {
    try {
      return await this.#transferOnce(id, signal, seen)
    } catch (error) {
      if (!(error instanceof Refusal && ENDED.includes(error.code))) throw error
      this.uppy.setFileState(id, { uploadKey: undefined }) // expired while the page was closed, say: once more
      return this.#transferOnce(id, signal, seen)
    }
  }

  #transferOnce(id, signal, seen) {
    let file = this.uppy.getFile(id)
    if (!file.data) throw new Error('Choose this file again to go on.')
    if (!file.uploadKey) {
      this.uppy.setFileState(id, { uploadKey: randomKey() })
      file = this.uppy.getFile(id)
    }
    seen.api = this.opts.apiOf(file)
    return transfer({
      api: seen.api,
      blob: file.data,
      announcement: { ...file.announcement, filename: file.name, size: file.size },
      details: this.opts.detailsOf(file),
      key: file.uploadKey,
      signal,
      onSession: (session) => { seen.session = session.id },
      onProgress: (bytes) => this.#progress(id, bytes),
    })
  }

  #progress(id, bytes) {
    const file = this.uppy.getFile(id)
    if (!file) return
    const { uploadStarted } = file.progress
    this.uppy.emit('upload-progress', file, { uploadStarted, bytesUploaded: bytes, bytesTotal: file.size })
  }

  // The next attempt opens another session, unless this one can be gone on with.
  #fail(id, error) {
    const file = this.uppy.getFile(id)
    if (!file) return
    const goesOn = error instanceof Refusal && (error.isTemporary || [401, 403].includes(error.status))
    if (!goesOn) this.uppy.setFileState(id, { uploadKey: undefined })
    this.uppy.emit('upload-error', this.uppy.getFile(id), new Error(sentence(error)))
  }
}
