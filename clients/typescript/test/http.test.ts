import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { createClient, exchange, sentence } from '../src/index.js'

let server: Server | undefined

/** Serve with `answer`; returns the address. */
async function serving(answer: RequestListener): Promise<string> {
  server = createServer(answer)
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

afterEach(async () => {
  vi.unstubAllGlobals()
  server?.closeAllConnections()
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)))
  server = undefined
})

/** A page with these cookies; `named` is the CSRF cookie that the page tells of, `field` what its form holds. */
function page(cookie: string, { named, field }: { named?: string; field?: string } = {}) {
  const found: Record<string, unknown> = {
    '[data-csrf-cookie]': named && { dataset: { csrfCookie: named } },
    'input[name="csrfmiddlewaretoken"]': field && { value: field },
  }
  const document = { cookie, querySelector: (selector: string) => found[selector] || null }
  vi.stubGlobal('document', document)
  return document
}

async function tokenSent(baseUrl: string) {
  const { data } = await createClient({ baseUrl }).api.POST('/api/v1/categories/', { body: { name: 'sea' } })
  return data
}

const echoToken: RequestListener = (request, response) => {
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify(request.headers['x-csrftoken'] ?? null))
}

// FA-A3
test('a write sends the token that the cookie has when it is sent', async () => {
  const baseUrl = await serving(echoToken)
  const document = page('theme=dark; csrftoken=first')
  expect(await tokenSent(baseUrl)).toBe('first')
  document.cookie = 'csrftoken=second; theme=dark' // signed in again in another tab
  expect(await tokenSent(baseUrl)).toBe('second')
})

// FA-A3
test.for<[string, string, object, string]>([
  ['a name of its own', 'csrftoken=other; __Host-csrf=mine', { named: '__Host-csrf' }, 'mine'],
  ['a name that ends like another', 'xcsrftoken=other; csrftoken=mine', {}, 'mine'],
  ['characters of regular expressions', 'c+s=mine', { named: 'c+s' }, 'mine'],
  ['nothing that scripts may read', 'theme=dark', { field: 'mine' }, 'mine'],
])('the cookie may have %s', async ([, cookie, told, expected]) => {
  page(cookie, told)
  expect(await tokenSent(await serving(echoToken))).toBe(expected)
})

// FA-A3
test.for([
  ['never answers', () => {}],
  ['stops in the middle of its answer', (_, response) => response.writeHead(200).write('{"res')],
] satisfies [string, RequestListener][])('a server that %s is an error in bounded time', async ([, answer]) => {
  const baseUrl = await serving(answer)
  const { api } = createClient({ baseUrl, answerSeconds: 0.3 })
  const refusal = await api.GET('/api/v1/me/').catch((error: unknown) => error)
  expect(refusal).toMatchObject({ status: 0, code: 'no_answer', isTemporary: true })
})

// FA-A3
test('the sign-in page in place of an answer says what to do', async () => {
  const baseUrl = await serving((request, response) => {
    if (request.url?.startsWith('/admin/login/')) response.end('<form>')
    else response.writeHead(302, { Location: '/admin/login/?next=/' }).end()
  })
  const refusal = await exchange(new Request(`${baseUrl}/admin/`)).catch((error: unknown) => error)
  expect(refusal).toMatchObject({ status: 401, code: 'not_authenticated', isTemporary: false })
  expect(sentence(refusal)).toBe('You are signed out. Sign in again in another tab, then retry.')
})

test('who thinks better of a call gets the own reason back', async () => {
  const baseUrl = await serving(() => {})
  const leaving = new AbortController()
  setTimeout(() => leaving.abort(new Error('left')), 50)
  await expect(createClient({ baseUrl }).api.GET('/api/v1/me/', { signal: leaving.signal })).rejects.toThrow('left')
})
