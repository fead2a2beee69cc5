// Form fields that hold a file of the library: `[data-upload-chooser]`, drawn by UploadChooserWidget.
//
// One dialog for all of them on a page. It lists what the API lets this person see, newest first, and takes new files.
// Fires `change` on the field when another file is chosen.
import './chooser.css'
import { api, libraryOf, retrySentence, sentence, whileHere } from './api.js'
import { closable } from '../../static/library/dialogs.js'
import { acceptOf, bytes, classify } from './kinds.js'

const PAGE = 30
const PATIENCE = 250 // ms without a key before a search begins
const ICONS = { VIDEO: 'movie', AUDIO: 'music_note', DOCUMENT: 'description' }

let dialog = null

document.addEventListener('click', (event) => {
  const field = event.target.closest('[data-upload-chooser]')
  if (!field) return
  if (event.target.closest('[data-choose]')) {
    dialog ??= new ChooserDialog()
    dialog.open(field)
  }
  if (event.target.closest('[data-remove]')) {
    set(field, null)
    field.querySelector('[data-choose]').focus()
  }
})

/** Show and hold `upload`, as the API represents it; null for none. */
function set(field, upload) {
  const input = field.querySelector('input[type=hidden]')
  input.value = upload?.id ?? ''
  field.querySelector('[data-name]').textContent = upload ? nameOf(upload) : 'No file chosen'
  field.querySelector('[data-picture]').replaceChildren(...(upload ? [pictureOf(upload)] : []))
  field.querySelector('[data-remove]').hidden = !upload
  input.dispatchEvent(new Event('change', { bubbles: true }))
}

class ChooserDialog {
  #field = null
  #facts = null
  #organization = null
  #next = null
  #asked = 0 // responses to earlier requests are ignored
  #sending = null

  constructor() {
    this.root = document.createElement('dialog')
    this.root.className = 'chooser'
    this.root.setAttribute('aria-labelledby', 'chooser-title')
    this.root.innerHTML = `
      <header>
        <h2 id="chooser-title">Choose a file</h2>
        <button type="button" class="chooser-close" data-close aria-label="Close">✕</button>
      </header>
      <div class="chooser-tools">
        <input type="search" aria-label="Search files" placeholder="Search by name, title or tag">
        <button type="button" class="chooser-upload" data-upload>Upload a file</button>
        <input type="file" hidden>
      </div>
      <progress max="100" value="0" hidden aria-label="Upload"></progress>
      <p class="chooser-message" data-of-upload role="status"></p>
      <p class="chooser-message" data-of-list role="status"></p>
      <div class="chooser-files" tabindex="-1">
        <ul aria-label="Files"></ul>
        <button type="button" data-more hidden>Show more</button>
      </div>`
    document.body.append(this.root)
    this.list = this.root.querySelector('ul')
    this.search = this.root.querySelector('input[type=search]')
    this.picker = this.root.querySelector('input[type=file]')
    this.picker.hasChangeListener = true // keeps the admin theme's own handling of file inputs off
    this.#listen()
  }

  open(field) {
    this.#field = field
    this.#facts = JSON.parse(field.dataset.facts)
    this.#organization = this.#facts.organization ?? field.closest('form')?.elements.organization?.value
    this.root.querySelector('[data-upload]').hidden = !this.#facts.can_upload
    this.picker.accept = acceptOf(this.#types().map((type) => this.#facts.kinds[type]))
    this.search.value = ''
    this.#say('')
    this.#sayOfList('')
    this.list.replaceChildren()
    this.root.showModal()
    this.search.focus()
    if (this.#organization) this.#load()
    else this.#sayOfList('Choose the organization of the form first.')
  }

  #listen() {
    let timer
    const later = () => {
      clearTimeout(timer)
      timer = setTimeout(() => this.#load(), PATIENCE)
      if (this.root.querySelector('progress').hidden) this.#say('') // what was refused before
    }
    this.search.addEventListener('input', (event) => event.isComposing || later()) // not half a word
    this.search.addEventListener('compositionend', later)
    this.root.addEventListener('click', (event) => {
      if (event.target.closest('[data-more]')) this.#load(this.#next)
      if (event.target.closest('[data-upload]')) this.picker.click()
    })
    closable(this.root)
    this.root.addEventListener('close', () => this.#sending?.abort())
    this.picker.addEventListener('change', () => this.picker.files.length && this.#upload(this.picker.files[0]))
    this.root.addEventListener('dragover', (event) => event.preventDefault())
    this.root.addEventListener('drop', (event) => {
      event.preventDefault()
      if (this.#facts.can_upload && event.dataTransfer.files.length) this.#upload(event.dataTransfer.files[0])
    })
    this.root.addEventListener('keydown', (event) => this.#move(event))
  }

  #types() {
    return this.#facts.types.length ? this.#facts.types : Object.keys(this.#facts.kinds)
  }

  async #load(next = null) {
    const asked = ++this.#asked
    try {
      const page = await api(next ?? this.#address(), { organization: this.#organization })
      if (asked !== this.#asked) return
      const first = this.#show(page, next !== null)
      if (next) first?.focus()
    } catch (error) {
      if (asked === this.#asked) this.#sayOfList(sentence(error))
    }
  }

  #address() {
    const query = new URLSearchParams({ cursor: '', limit: PAGE })
    for (const type of this.#facts.types) query.append('type', type)
    if (this.search.value.trim()) query.set('search', this.search.value.trim())
    return `uploads/?${query}`
  }

  #show({ results, next }, more) {
    const lines = results.map((upload) => this.#line(upload))
    if (more) this.list.append(...lines)
    else this.list.replaceChildren(...lines)
    const address = next && new URL(next, location.href)
    this.#next = address && address.pathname + address.search
    this.root.querySelector('[data-more]').hidden = !next
    const found = this.list.children.length
    this.#sayOfList(found ? '' : this.search.value ? 'No file matches.' : 'There are no files to choose from yet.')
    return lines[0]?.firstElementChild
  }

  #line(upload) {
    const line = document.createElement('li')
    const button = document.createElement('button')
    button.type = 'button'
    button.title = upload.title ? `${upload.title} (${upload.original_filename})` : upload.original_filename
    const name = document.createElement('span')
    name.className = 'chooser-name'
    name.textContent = nameOf(upload)
    const size = document.createElement('span')
    size.className = 'chooser-size'
    size.textContent = bytes(upload.size)
    const other = document.createElement('span')
    other.className = 'chooser-other'
    other.textContent = upload.title ? upload.original_filename : ''
    button.append(pictureOf(upload), name, other, size)
    button.addEventListener('click', () => this.#choose(upload))
    line.append(button)
    return line
  }

  #choose(upload) {
    set(this.#field, upload)
    this.root.close()
  }

  // Arrow keys walk through the files as they lie; from the search down to them, and back.
  #move(event) {
    if (event.isComposing || event.keyCode === 229) return // the arrows pick a word of the input method
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.#columns(), ArrowDown: this.#columns() }[event.key]
    const buttons = [...this.list.querySelectorAll('button')]
    if (!step || !buttons.length) return
    const at = buttons.indexOf(document.activeElement)
    if (at < 0 && !(event.target === this.search && event.key === 'ArrowDown')) return
    event.preventDefault()
    const to = at < 0 ? 0 : at + step
    if (to < 0) this.search.focus()
    else buttons[Math.min(to, buttons.length - 1)].focus()
  }

  #columns() {
    const [first, ...others] = this.list.children
    const wrapped = others.findIndex((line) => line.offsetTop !== first.offsetTop)
    return wrapped < 0 ? others.length + 1 : wrapped + 1
  }

  async #upload(file) {
    this.picker.value = ''
    const offered = this.#facts.types.length ? this.#facts.types : undefined
    const { error, type, contentType } = classify(file, this.#facts, '', offered)
    if (error) return this.#say(error)
    this.#sending?.abort()
    const sending = (this.#sending = new AbortController())
    try {
      this.#choose(await this.#send(file, type, contentType, sending.signal))
    } catch (problem) {
      if (!sending.signal.aborted) this.#say(sentence(problem))
    } finally {
      if (this.#sending === sending) this.#progress(null) // else the bar belongs to another file
    }
  }

  // The client aborts the session when the dialog is closed or the upload fails.
  async #send(file, type, contentType, signal) {
    const uploading = `Uploading “${file.name}”…`
    this.#progress(0)
    this.#say(uploading)
    const library = libraryOf(this.#organization)
    const upload = await whileHere(library, (onSession) => library.uploadFile(file, {
      type,
      contentType,
      signal,
      onSession,
      onProgress: ({ sent, total }) => {
        this.#progress(sent / total)
        this.#say(uploading)
      },
      onRetry: (problem) => this.#say(retrySentence(problem)),
    }))
    document.dispatchEvent(new CustomEvent('uploads:completed', { detail: { uploads: [upload] } }))
    return upload
  }

  /** Show how much has been sent, from 0 to 1; null hides the bar. */
  #progress(share) {
    const bar = this.root.querySelector('progress')
    bar.hidden = share === null
    bar.value = (share ?? 0) * 100
  }

  // The list has a place of its own: its answer may come after a file was refused.
  #sayOfList(words) {
    this.#say(words, '[data-of-list]')
  }

  #say(words, place = '[data-of-upload]') {
    const message = this.root.querySelector(place)
    if (message.textContent !== words) message.textContent = words // said once to screen readers
  }
}

function nameOf(upload) {
  return upload.title || upload.original_filename
}

function pictureOf(upload) {
  if (upload.thumbnail_url) {
    const picture = document.createElement('img')
    picture.src = upload.thumbnail_url
    picture.alt = ''
    picture.loading = 'lazy'
    return picture
  }
  const icon = document.createElement('span')
  icon.className = 'material-symbols-outlined chooser-icon'
  icon.setAttribute('aria-hidden', 'true')
  icon.textContent = ICONS[upload.type] ?? 'image'
  return icon
}
