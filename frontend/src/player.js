// <media-player>: a video or sound that plays HLS wherever the browser cannot by itself.
//
//   <media-player kind="video" hls="…/master.m3u8" file="…/film.mp4" poster="…" label="A film" timeline="…/timeline.vtt"
//     captions='[{"url": "…/captions.vtt", "language": "en", "label": "English"}]'></media-player>
//
// `kind` is video or audio; without `hls`, or where it cannot be played, `file` is. A sound whose `type` the browser plays
// is played from `file`. Changing or removing the element ends all loading. Its first child is the media element, which
// fires the events.
import Hls from 'hls.js/light'
import { seekBar, timelineOf } from './seek_bar.js'

const ATTEMPTS = 3
const HLS_TYPE = 'application/vnd.apple.mpegurl'

class MediaPlayer extends HTMLElement {
  static observedAttributes = ['hls', 'file', 'kind']
  #hls = null
  #attempts = 0

  connectedCallback() {
    this.#show()
  }

  disconnectedCallback() {
    this.#end()
  }

  attributeChangedCallback(name, before, now) {
    if (this.isConnected && before !== now) this.#show()
  }

  /** The <video> or <audio> element. */
  get media() {
    return this.firstElementChild
  }

  #show() {
    this.#end()
    this.#attempts = 0
    const media = document.createElement(this.getAttribute('kind') === 'audio' ? 'audio' : 'video')
    media.controls = true
    media.preload = 'metadata'
    media.playsInline = true
    media.setAttribute('aria-label', this.getAttribute('label') || 'Media')
    if (this.getAttribute('poster')) media.poster = this.getAttribute('poster')
    media.addEventListener('error', () => this.#again())
    media.append(...this.#tracks(media))
    this.replaceChildren(media)
    this.#load()
    if (this.getAttribute('timeline')) this.#addSeekBar(media, this.getAttribute('timeline'))
  }

  async #addSeekBar(media, address) {
    const cues = await timelineOf(address).catch(() => [])
    if (cues.length && this.media === media) media.after(seekBar(media, cues))
  }

  // Captions are tracks of the element, so that the browser's own controls offer them.
  #tracks(media) {
    const captions = JSON.parse(this.getAttribute('captions') || '[]')
    if (captions.some(({ url }) => new URL(url, location.href).origin !== location.origin)) media.crossOrigin = 'anonymous'
    return captions.map(({ url, language, label }) =>
      Object.assign(document.createElement('track'), { kind: 'captions', src: url, srclang: language, label }),
    )
  }

  #load() {
    const address = this.getAttribute('hls')
    const type = this.getAttribute('type')
    if (!address || (type && this.media.canPlayType(type))) return this.#playFile()
    if (Hls.isSupported()) return this.#attach(address)
    if (this.media.canPlayType(HLS_TYPE)) this.media.src = address
    else this.#playFile()
  }

  #attach(address) {
    // The worker is made of a blob, which the strict policy of a host project need not allow.
    this.#hls = new Hls({ enableWorker: false, startLevel: -1, capLevelToPlayerSize: true })
    this.#hls.on(Hls.Events.ERROR, (_, problem) => {
      if (!problem.fatal) return
      if (problem.type === Hls.ErrorTypes.MEDIA_ERROR && this.#attempts++ < ATTEMPTS) this.#hls.recoverMediaError()
      else this.#playFile()
    })
    this.#hls.loadSource(address)
    this.#hls.attachMedia(this.media)
  }

  #playFile() {
    this.#detach()
    const file = this.getAttribute('file')
    if (file && this.media.getAttribute('src') !== file) this.media.src = file
    else this.#complain()
  }

  // A signed address behind a redirect expires while the film is paused: asking again gives a fresh one.
  #again() {
    const { media } = this
    if (!media?.getAttribute('src') || this.#attempts++ >= ATTEMPTS) return this.#complain()
    const at = media.currentTime
    media.load()
    media.currentTime = at
    if (at) media.play().catch(() => {})
  }

  #complain() {
    if (this.querySelector('[role=alert]')) return
    const words = document.createElement('p')
    words.setAttribute('role', 'alert')
    words.textContent = 'This cannot be played here. Download the file instead.'
    this.append(words)
  }

  #detach() {
    this.#hls?.destroy()
    this.#hls = null
  }

  #end() {
    this.#detach()
    if (this.media instanceof HTMLMediaElement) {
      this.media.removeAttribute('src')
      this.media.load()
    }
    this.replaceChildren()
  }
}

customElements.define('media-player', MediaPlayer)
