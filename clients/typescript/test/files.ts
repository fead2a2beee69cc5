// 64 by 48 pixels of grey.
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAEAAAAAwCAAAAACEICPDAAAAJ0lEQVR42u3MMREAAAgEoNf8hjaEmwcBqMlNRyAQCAQCgUAgEDwNFv9cAOyFXr0lAAAAAElFTkSuQmCC'

export function picture(name: string): File {
  return new File([Uint8Array.from(atob(PNG), (one) => one.charCodeAt(0))], name, { type: 'image/png' })
}

/** Return a WAV of so many bytes, all of it silence. */
export function silence(name: string, size: number): File {
  const header = new DataView(new ArrayBuffer(44))
  const write = (at: number, text: string) => [...text].forEach((one, index) => header.setUint8(at + index, one.charCodeAt(0)))
  write(0, 'RIFF')
  header.setUint32(4, size - 8, true)
  write(8, 'WAVEfmt ')
  header.setUint32(16, 16, true)
  header.setUint16(20, 1, true) // PCM
  header.setUint16(22, 1, true)
  header.setUint32(24, 44_100, true)
  header.setUint32(28, 88_200, true)
  header.setUint16(32, 2, true)
  header.setUint16(34, 16, true)
  write(36, 'data')
  header.setUint32(40, size - 44, true)
  return new File([header, new Uint8Array(size - 44)], name, { type: 'audio/wav' })
}
