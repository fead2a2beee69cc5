import { inject } from 'vitest'
import { answerOf, createClient, type MediaLibrary } from '../src/index.js'
import { PASSWORD } from './server.js'

export function anonymous(organization = 'demo'): MediaLibrary {
  return createClient({ baseUrl: inject('baseUrl'), organization })
}

/** A client of a user of the demo, such as `demo-admin`. */
export async function signedIn(username: string): Promise<MediaLibrary> {
  const baseUrl = inject('baseUrl')
  const body = { username, password: PASSWORD }
  const { token } = await answerOf(createClient({ baseUrl }).api.POST('/api/v1/auth/token/', { body }))
  return createClient({ baseUrl, token })
}
