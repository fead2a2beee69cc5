// Writes openapi.json, as the server states it, and src/schema.ts, the types of it. With --check it writes nothing and
// fails where either is not what would be written. PYTHON names the interpreter that has the server's packages.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import openapiTypescript, { astToString, COMMENT_HEADER } from 'openapi-typescript'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = join(here, '..', '..')
const python = process.env.PYTHON || join(root, '.venv', 'bin', 'python')

function schemaOfServer() {
  const folder = mkdtempSync(join(tmpdir(), 'media-library-schema-'))
  const environment = { ...process.env, DATA_DIR: folder, DJANGO_SETTINGS_MODULE: 'config.settings.testing' }
  try {
    const file = join(folder, 'openapi.json')
    const command = ['manage.py', 'spectacular', '--format', 'openapi-json', '--file', file]
    execFileSync(python, command, { cwd: root, env: environment, stdio: ['ignore', 'ignore', 'inherit'] })
    return readFileSync(file, 'utf8').trimEnd() + '\n'
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function typesOf(schema) {
  // A parameter with a default may be left out.
  const syntax = await openapiTypescript(schema, { alphabetize: true, defaultNonNullable: false })
  return COMMENT_HEADER + astToString(syntax)
}

const schema = schemaOfServer()
const files = { 'openapi.json': schema, 'src/schema.ts': await typesOf(schema) }
for (const [name, content] of Object.entries(files)) {
  const path = join(here, name)
  if (existsSync(path) && readFileSync(path, 'utf8') === content) continue
  if (process.argv.includes('--check')) {
    console.error(`clients/typescript/${name} is not what the server says now. Run: npm run generate`)
    process.exitCode = 1
  } else {
    writeFileSync(path, content)
    console.log(`Wrote ${name}.`)
  }
}
