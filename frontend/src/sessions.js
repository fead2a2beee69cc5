// The Uppy plugin that uploads files with the client's `uploadFile`: a few at once, with pauses and retries.
//
// The file's state, which queue.js stores, holds what is needed to find its session again.
import { BasePlugin, EventManager } from '@uppy/core'
import { filterFilesToEmitUploadStarted, filterFilesToUpload } from '@uppy/core/utils'
import { isFinal, randomKey, retrySentence, sentence } from './api.js'

const FILES_AT_ONCE = 4
const ENDED = ['session_over', 'session_expired']

export default class UploadSessions extends BasePlugin {
  #free = FILES_AT_ONCE
  #waiting = []

  /** `opts.libraryOf(file)` returns the client, `opts.detailsOf(file)` the details to store with the file. */
  constructor(uppy, opts) {
    super(uppy, opts)
    this.type = 'uploader'
    this.id = 'UploadSessions'
  }

  install() {
    const { capabilities } = this.uppy.getState()
    this.uppy.setState({ capabilities: { ...capabilities, resumableUploads: true } })
    this.uppy.addUploader(this.#upload)
    this.uppy.on('file-removed', this.#abort)
  }

  uninstall() {
    this.uppy.removeUploader(this.#upload)
    this.uppy.off('file-removed', this.#abort)
  }

  #upload = async (ids) => {
    const files = filterFilesToUpload(this.uppy.getFilesByIds(ids))
    this.uppy.emit('upload-start', filterFilesToEmitUploadStarted(files))
    await Promise.all(files.map((file) => this.#send(file.id)))
  }

  // Also for a file that was restored and not continued.
  #abort = (file) => {
    if (file.session && !file.progress.uploadComplete) this.opts.libraryOf(file).abortSession(file.session)
  }

  // Runs until the file is stored, refused or removed. During a pause another file takes its place.
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

  /** Return true if the file is finished, stored or refused; false if it was paused or removed meanwhile. */
  async #attempt(id, controls) {
    if (controls.removed || this.#isPaused(id)) return false
    const stopping = new AbortController()
    controls.stop = () => stopping.abort()
    try {
      const upload = await this.#transfer(id, stopping.signal)
      const file = this.uppy.getFile(id)
      if (file) this.uppy.emit('upload-success', file, { status: 200, body: upload, uploadURL: upload.url })
      return true
    } catch (error) {
      if (stopping.signal.aborted) return false
      this.#fail(id, error)
      return true
    }
  }

  async #transfer(id, signal) {
    if (this.uppy.getFile(id).isFinal) this.uppy.setFileState(id, { isFinal: false })
    try {
      return await this.#transferOnce(id, signal)
    } catch (error) {
      if (!ENDED.includes(error.code)) throw error
      this.#renew(id) // it may have expired while the page was closed: try once more
      return this.#transferOnce(id, signal)
    }
  }

  #transferOnce(id, signal) {
    const file = this.uppy.getFile(id)
    if (!file.data) throw new Error('Choose this file again to continue.')
    const library = this.opts.libraryOf(file)
    return library.uploadFile(file.data, {
      ...file.announcement,
      ...this.opts.detailsOf(file),
      filename: file.name,
      key: file.uploadKey,
      signal,
      onSession: (session) => this.#remember(id, session, library),
      onProgress: ({ sent }) => this.#progress(id, sent),
      onRetry: (error) => this.#wait(id, error),
    })
  }

  #remember(id, session, library) {
    if (this.uppy.getFile(id)) this.uppy.setFileState(id, { session: session.id })
    else library.abortSession(session.id) // removed while it was being opened
  }

  #progress(id, bytes) {
    const file = this.uppy.getFile(id)
    if (!file) return
    if (file.isWaiting) {
      this.uppy.setFileState(id, { isWaiting: false })
      this.uppy.emit('upload-moving', file)
    }
    const { uploadStarted } = file.progress
    this.uppy.emit('upload-progress', file, { uploadStarted, bytesUploaded: bytes, bytesTotal: file.size })
  }

  #wait(id, error) {
    const file = this.uppy.getFile(id)
    if (!file) return
    this.uppy.setFileState(id, { isWaiting: true })
    this.uppy.emit('upload-waiting', file, retrySentence(error))
  }

  #renew(id) {
    this.uppy.setFileState(id, { uploadKey: randomKey(), session: undefined })
  }

  // The next attempt continues this session, or opens another one after a final error.
  #fail(id, error) {
    if (!this.uppy.getFile(id)) return
    if (isFinal(error)) {
      this.#renew(id)
      this.uppy.setFileState(id, { isFinal: true })
    }
    this.uppy.emit('upload-error', this.uppy.getFile(id), new Error(sentence(error)))
  }
}
