// The uploader of a page: a dialog that `[data-upload-open]` opens, files dropped anywhere, files pasted.
//
// Fires `uploads:completed` on the document, at most once a second, with the new uploads in `event.detail.uploads`.
import Uppy from '@uppy/core'
import Dashboard from '@uppy/dashboard'
import { getDroppedFiles } from '@uppy/core/utils'
import '@uppy/core/css/style.min.css'
import '@uppy/dashboard/css/style.min.css'
import './uploader.css'
import { holdPage, libraryOf } from './api.js'
import { acceptOf, classify, GUESSED } from './kinds.js'
import { showProblems } from './problems.js'
import UploadQueue, { newEntry } from './queue.js'
import UploadSessions from './sessions.js'

const REPORTED_AFTER = 1000 // ms: a hundred small files refresh a list a few times, not a hundred times

const dialog = document.getElementById('uploader')
const config = dialog && JSON.parse(document.getElementById('uploader-config').textContent)
if (config) {
  hideInputsFromTheme(dialog)
  start()
}

function start() {
  const choices = choicesOf(dialog)
  const problems = showProblems(document.getElementById('uploader-problems'))
  const uppy = new Uppy({
    // The files that this browser keeps belong to one person in one organization.
    id: `library-${config.user}-${config.organization ?? 'all'}`,
    onBeforeFileAdded: (file, files) => {
      const known = files[file.id]
      return known && !known.isGhost ? false : announced(file, choices.type(), problems)
    },
    locale: { strings: { noDuplicates: '“%{fileName}” is in the list already.' } },
  })
  uppy
    .use(Dashboard, dashboardOptions(uppy))
    .use(UploadSessions, { libraryOf: (file) => libraryOf(file.choices.organization), detailsOf })
    .use(UploadQueue)
  choices.onType(() => reannounce(uppy, choices.type(), problems))
  uppy.on('upload', (_, files) => {
    for (const file of files) if (!file.choices) uppy.setFileState(file.id, { choices: choices.of() })
  })
  problems.follow(uppy)
  openAndClose()
  takeDrops(uppy)
  takePastes(uppy)
  showProgress(uppy)
  warnWhileSending(uppy)
  reportCompleted(uppy)
  followTheme(uppy)
  window.libraryUploader = uppy
}

// The theme (unfold/js/app.js) attaches itself to every file input and fails on those that it did not draw. Its own mark
// prevents that; observers are called in the order of their creation, and this one is created first. The inputs get
// their `accept` here too: Uppy's own restrictions know no aliases of types.
function hideInputsFromTheme(root) {
  const mark = () => root.querySelectorAll('input[type=file]').forEach((input) => {
    input.hasChangeListener = true
    if (!input.webkitdirectory) input.accept = accepted()
  })
  root.querySelector('[name=type]').addEventListener('change', mark)
  new MutationObserver(mark).observe(root, { childList: true, subtree: true })
}

function accepted() {
  const wanted = dialog.querySelector('[name=type]').value
  return acceptOf((wanted ? [wanted] : GUESSED).map((type) => config.kinds[type]))
}

function choicesOf(root) {
  const field = (name) => root.querySelector(`[name="${name}"]`)
  return {
    type: () => field('type').value,
    onType: (listener) => field('type').addEventListener('change', listener),
    of: () => ({
      visibility: field('visibility').value,
      organization: field('organization')?.value ?? config.organization,
    }),
  }
}

function detailsOf(file) {
  const { title, alt_text } = file.meta
  const { visibility } = file.choices
  const fixed = config.kinds[file.announcement.type].fixed_visibility
  return {
    ...(title ? { title } : {}),
    ...(alt_text ? { alt_text } : {}),
    ...(visibility && !fixed ? { visibility } : {}),
  }
}

// Return the file with its announcement, or false after showing why the server would refuse it. The idempotency key is
// set before the file is sent; a file that is chosen again to continue keeps its key.
function announced(file, wanted, problems) {
  if (file.announcement && file.session) return file
  const { error, type, contentType } = classify({ name: file.name, type: file.type, size: file.data.size }, config, wanted)
  const { entry = newEntry(), uploadKey = entry } = file
  if (!error) return { ...file, entry, uploadKey, announcement: { type, contentType } }
  problems.refused(error)
  return false
}

function reannounce(uppy, wanted, problems) {
  for (const file of uppy.getFiles().filter((one) => !one.progress.uploadStarted && one.data)) {
    const again = announced(file, wanted, problems)
    if (again) uppy.setFileState(file.id, { announcement: again.announcement })
    else uppy.removeFile(file.id)
  }
}

function dashboardOptions(uppy) {
  return {
    inline: true,
    target: '#uploader-files',
    width: '100%',
    height: '100%',
    theme: theme(),
    disableInformer: true, // problems.js shows errors until they are dismissed, not for five seconds
    proudlyDisplayPoweredByUppy: false,
    fileManagerSelectionType: 'both',
    metaFields: [
      { id: 'title', name: 'Title', placeholder: 'What people see in place of the file name' },
      { id: 'alt_text', name: 'Alternative text', placeholder: 'What the picture shows, for those who cannot see it' },
    ],
    doneButtonHandler: () => {
      uppy.clear()
      dialog.close()
    },
  }
}

function openAndClose() {
  document.addEventListener('click', (event) => {
    if (event.target.closest('[data-upload-open]')) {
      event.preventDefault()
      open()
    }
    if (event.target.closest('[data-uploader-close]')) dialog.close()
  })
}

function open() {
  if (!dialog.open) dialog.showModal()
}

/** Tell whether another dialog is open: dropped or pasted files are for that one. */
function isBusyElsewhere() {
  return [...document.querySelectorAll('dialog[open]')].some((other) => other !== dialog)
}

function takeDrops(uppy) {
  const veil = document.getElementById('uploader-drop')
  const isOurs = (event) => event.dataTransfer?.types.includes('Files') && !dialog.open && !isBusyElsewhere()
  let depth = 0
  const show = (shown) => {
    depth = shown ? depth : 0
    veil.hidden = !shown
  }
  document.addEventListener('dragenter', (event) => {
    if (!isOurs(event)) return
    depth += 1
    show(true)
  })
  document.addEventListener('dragleave', () => {
    depth -= 1
    if (depth <= 0) show(false)
  })
  document.addEventListener('dragover', (event) => {
    if (!isOurs(event)) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
  })
  document.addEventListener('drop', async (event) => {
    if (!isOurs(event)) return show(false)
    event.preventDefault()
    show(false)
    open()
    add(uppy, await getDroppedFiles(event.dataTransfer))
  })
}

function takePastes(uppy) {
  document.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])]
    if (!files.length || dialog.open || isBusyElsewhere()) return
    if (event.target.closest?.('input, textarea, [contenteditable]')) return
    event.preventDefault()
    open()
    add(uppy, files)
  })
}

function add(uppy, files) {
  uppy.addFiles(files.map((data) => ({
    source: 'page',
    name: data.name,
    type: data.type,
    data,
    meta: { relativePath: data.relativePath || data.webkitRelativePath || null },
  })))
}

// While the dialog is closed, a button shows the progress and opens the dialog.
function showProgress(uppy) {
  const button = document.getElementById('uploader-progress')
  const render = () => {
    const { files, recoveredState, totalProgress } = uppy.getState()
    const all = Object.values(files)
    const done = all.filter((file) => file.progress.uploadComplete).length
    const failed = all.filter((file) => file.error).length
    button.hidden = dialog.open || !all.length
    button.textContent = textOf({ all: all.length, done, failed, recoveredState, totalProgress })
  }
  uppy.on('state-update', render)
  dialog.addEventListener('close', render)
  new MutationObserver(render).observe(dialog, { attributeFilter: ['open'] })
  render()
}

// Files are kept for the next visit, but nothing is sent while the page is closed.
function warnWhileSending(uppy) {
  const isSending = ({ progress, error, isPaused }) =>
    Boolean(progress.uploadStarted) && !progress.uploadComplete && !error && !isPaused
  let release = null
  uppy.on('state-update', () => {
    const busy = !uppy.getState().recoveredState && uppy.getFiles().some(isSending)
    if (busy) release ??= holdPage()
    else if (release) release = release()
  })
}

function textOf({ all, done, failed, recoveredState, totalProgress }) {
  if (recoveredState) return `An upload of ${counted(all)} was interrupted. Continue`
  if (failed) return `${counted(failed)} could not be uploaded`
  if (done === all) return `${counted(done)} uploaded`
  return `Uploading ${done} of ${counted(all)} · ${totalProgress}%`
}

function counted(files) {
  return files === 1 ? '1 file' : `${files} files`
}

function reportCompleted(uppy) {
  let uploads = []
  let timer = null
  uppy.on('upload-success', (_, { body }) => {
    uploads.push(body)
    timer ??= setTimeout(() => {
      document.dispatchEvent(new CustomEvent('uploads:completed', { detail: { uploads } }))
      uploads = []
      timer = null
    }, REPORTED_AFTER)
  })
}

function theme() {
  return document.documentElement.classList.contains('dark') ? 'dark' : 'light'
}

function followTheme(uppy) {
  const follow = () => uppy.getPlugin('Dashboard').setOptions({ theme: theme() })
  new MutationObserver(follow).observe(document.documentElement, { attributeFilter: ['class'] })
}
