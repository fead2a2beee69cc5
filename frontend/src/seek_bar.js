// The seek bar of a film: small pictures show what is where. Their places are cues of a WebVTT file
// (`timeline-1.jpg#xywh=160,0,160,90`), relative to its address.

/** Returns the cues of the file at `address`: seconds, the picture's sheet, and its area in it. */
export async function timelineOf(address) {
  const answer = await fetch(address, { credentials: 'omit' })
  if (!answer.ok) return []
  return cuesOf(await answer.text(), new URL(address, location.href))
}

export function cuesOf(text, base) {
  const cues = []
  for (const block of text.replaceAll('\r', '').split('\n\n')) {
    const found = block.match(/([\d:.]+) --> ([\d:.]+).*\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/)
    if (!found) continue
    const [x, y, width, height] = found.slice(4).map(Number)
    cues.push({ start: seconds(found[1]), end: seconds(found[2]), sheet: new URL(found[3], base).href, x, y, width, height })
  }
  return cues
}

function seconds(text) {
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
}

/** Returns the element: a slider over the whole film, above which pictures appear while it is pointed at or moved. */
export function seekBar(media, cues) {
  const bar = document.createElement('div')
  const slider = Object.assign(document.createElement('input'), { type: 'range', min: 0, step: 0.1, value: 0 })
  const picture = pictureOf(cues)
  slider.setAttribute('aria-label', 'Seek')
  Object.assign(bar.style, { position: 'relative', width: '100%' })
  Object.assign(slider.style, { display: 'block', width: '100%', margin: '4px 0', touchAction: 'none' })
  bar.append(slider, picture)
  const show = (time) => picture.show(time, slider.clientWidth, Number(slider.max))
  slider.addEventListener('pointermove', (event) => show(pointed(event, slider)))
  slider.addEventListener('input', () => {
    media.currentTime = Number(slider.value)
    show(Number(slider.value))
  })
  for (const end of ['pointerleave', 'change', 'blur']) slider.addEventListener(end, () => picture.hide())
  const measure = () => (slider.max = Number.isFinite(media.duration) ? media.duration : 0)
  measure()
  media.addEventListener('durationchange', measure)
  media.addEventListener('timeupdate', () => {
    slider.value = media.currentTime
    slider.setAttribute('aria-valuetext', clock(media.currentTime))
  })
  return bar
}

function pointed(event, slider) {
  const box = slider.getBoundingClientRect()
  return (Math.min(Math.max(event.clientX - box.left, 0), box.width) / box.width) * Number(slider.max)
}

function pictureOf(cues) {
  const figure = document.createElement('div')
  const image = document.createElement('div')
  const time = document.createElement('time')
  figure.className = 'seek-picture'
  figure.hidden = true
  figure.append(image, time)
  Object.assign(figure.style, { position: 'absolute', bottom: '100%', pointerEvents: 'none', zIndex: 1 })
  Object.assign(image.style, { border: '2px solid #fff', boxSizing: 'content-box', borderRadius: '4px' })
  Object.assign(time.style, { display: 'block', textAlign: 'center', color: '#fff', background: '#000a', font: '12px sans-serif' })
  figure.hide = () => (figure.hidden = true)
  figure.show = (at, width, duration) => {
    const cue = cues.find(({ end }) => at < end) ?? cues.at(-1)
    figure.hidden = !duration
    if (image.dataset.start !== String(cue.start)) paint(image, cue)
    time.textContent = clock(at)
    const left = (at / (duration || 1)) * width - cue.width / 2
    figure.style.left = `${Math.min(Math.max(left, 0), Math.max(width - cue.width - 4, 0))}px`
  }
  return figure
}

function paint(image, cue) {
  image.dataset.start = cue.start
  Object.assign(image.style, {
    width: `${cue.width}px`,
    height: `${cue.height}px`,
    background: `url("${cue.sheet}") -${cue.x}px -${cue.y}px no-repeat`,
  })
}

function clock(at) {
  const whole = Math.floor(at)
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  return (parts[0] ? parts : parts.slice(1)).map((part, n) => (n ? String(part).padStart(2, '0') : part)).join(':')
}
