// The real server, for as long as the tests run: a demo installation on local disk, in a folder of its own.
import { spawn, type ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import { existsSync, mkdtempSync, readFileSync, rmSync, openSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const PYTHON = process.env['PYTHON'] || join(ROOT, '.venv', 'bin', 'python')
const START_SECONDS = 120

export const PASSWORD = 'of-the-client-tests'

declare module 'vitest' {
  interface ProvidedContext {
    baseUrl: string
  }
}

export default async function serve(project: TestProject) {
  const folder = mkdtempSync(join(tmpdir(), 'media-library-client-'))
  const port = await freePort()
  const log = join(folder, 'log')
  const settings = {
    DJANGO_SETTINGS_MODULE: 'config.settings.development',
    // Nobody's own, whatever the environment of the tests names.
    DATABASE_URL: `sqlite:///${join(folder, 'data', 'db.sqlite3')}`,
    MEDIA_BUCKET: '',
    DATA_DIR: join(folder, 'data'),
    HOST: '127.0.0.1',
    PORT: String(port),
    SEED_DEMO: '1',
    DEMO_PASSWORD: PASSWORD,
    THROTTLING: 'false',
  }
  const output = openSync(log, 'w')
  const server = spawn(PYTHON, ['-m', 'scripts.serve'], {
    cwd: ROOT,
    env: { ...process.env, ...settings },
    stdio: ['ignore', output, output],
  })
  const baseUrl = `http://127.0.0.1:${port}`
  const stop = async () => {
    await ended(server)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await ready(server, baseUrl)
  } catch (error) {
    console.error(existsSync(log) ? readFileSync(log, 'utf8') : '')
    await stop()
    throw error
  }
  project.provide('baseUrl', baseUrl)
  return stop
}

async function ready(server: ChildProcess, baseUrl: string) {
  for (const deadline = Date.now() + START_SECONDS * 1000; Date.now() < deadline; ) {
    if (server.exitCode !== null) throw new Error(`The server ended with ${server.exitCode}.`)
    const answer = await fetch(`${baseUrl}/readyz`).catch(() => null)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  throw new Error('The server did not get ready.')
}

function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    server.once('exit', () => resolve())
    server.kill('SIGTERM')
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}
