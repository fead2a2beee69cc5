// What the README shows, checked with everything else.
import { ApiError, createClient, randomKey, UnsupportedLibraryType, type LibraryItemVM } from '../src/index.js'

const library = createClient({ baseUrl: 'https://media.example.org', organization: 'demo' })

export async function everyItem(type: string): Promise<LibraryItemVM[]> {
  const all: LibraryItemVM[] = []
  try {
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof library.listLibrary>> = await library.listLibrary({ type, limit: 50, cursor })
      all.push(...page.items)
      cursor = page.cursor
    }
  } catch (error) {
    if (!(error instanceof UnsupportedLibraryType)) throw error
    console.warn(`There is no library of ${type}.`)
  }
  return all
}

export async function send(file: File, bar: HTMLProgressElement, signal: AbortSignal): Promise<string> {
  const key = localStorage.getItem(file.name) ?? randomKey()
  localStorage.setItem(file.name, key)
  try {
    const upload = await library.uploadFile(file, {
      type: 'VIDEO',
      title: file.name,
      key,
      signal,
      onProgress: ({ sent, total }) => (bar.value = sent / total),
    })
    localStorage.removeItem(file.name)
    return upload.id
  } catch (error) {
    if (error instanceof ApiError && !error.isTemporary) localStorage.removeItem(file.name)
    throw error
  }
}
