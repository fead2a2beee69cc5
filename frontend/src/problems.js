// What went wrong, in sentences that stay until they are dealt with.

/** Show problems in `box`, which holds a list and `[data-dismiss]`; hidden while there are none. */
export function tellProblems(box) {
  const list = box.querySelector('ul')
  const told = new Map()
  const render = () => {
    box.hidden = !told.size
    list.replaceChildren(...[...told.values()].reverse().map((sentence) => {
      const line = document.createElement('li')
      line.textContent = sentence
      return line
    }))
  }
  const tell = (about, sentence) => {
    told.delete(about) // the newest comes first
    told.set(about, sentence)
    render()
  }
  const forget = (about) => told.delete(about) && render()
  box.querySelector('[data-dismiss]').addEventListener('click', () => {
    told.clear()
    render()
  })
  return {
    refused: (sentence) => tell(sentence, sentence),
    follow(uppy) {
      uppy.on('upload-waiting', (file, sentence) => tell(file.id, `“${file.name}”: ${sentence}`))
      uppy.on('upload-moving', (file) => forget(file.id))
      uppy.on('upload-error', (file, error) => file && tell(file.id, `“${file.name}”: ${error.message}`))
      uppy.on('restriction-failed', (_, error) => error.isUserFacing && tell(error.message, error.message))
      for (const event of ['upload-success', 'upload-retry', 'file-removed']) uppy.on(event, (file) => forget(file?.id))
      uppy.on('retry-all', (files) => files.forEach((file) => forget(file.id)))
    },
  }
}
