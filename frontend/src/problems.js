// The list of errors, which stay until they are resolved or dismissed.

/** Show problems in `box`, which holds a list and `[data-dismiss]`; hidden while there are none. */
export function showProblems(box) {
  const list = box.querySelector('ul')
  const shown = new Map()
  const render = () => {
    box.hidden = !shown.size
    list.replaceChildren(...[...shown.values()].reverse().map((sentence) => {
      const line = document.createElement('li')
      line.textContent = sentence
      return line
    }))
  }
  const show = (about, sentence) => {
    shown.delete(about) // the newest comes first
    shown.set(about, sentence)
    render()
  }
  const forget = (about) => shown.delete(about) && render()
  box.querySelector('[data-dismiss]').addEventListener('click', () => {
    shown.clear()
    render()
  })
  return {
    refused: (sentence) => show(sentence, sentence),
    follow(uppy) {
      uppy.on('upload-waiting', (file, sentence) => show(file.id, `“${file.name}”: ${sentence}`))
      uppy.on('upload-moving', (file) => forget(file.id))
      uppy.on('upload-error', (file, error) => file && show(file.id, `“${file.name}”: ${error.message}`))
      uppy.on('restriction-failed', (_, error) => error.isUserFacing && show(error.message, error.message))
      for (const event of ['upload-success', 'upload-retry', 'file-removed']) uppy.on(event, (file) => forget(file?.id))
      uppy.on('retry-all', (files) => files.forEach((file) => forget(file.id)))
    },
  }
}
