// Bundle the entry points into static/dist/. The same sources and lock file give the same bytes, so the result is
// committed and installations need no Node. `--check` builds in memory and compares.
import { existsSync, readFileSync, readdirSync, rmSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const HERE = dirname(fileURLToPath(import.meta.url))
const TARGET = join(HERE, '..', 'static', 'dist')
const SCRIPTS = ['uploader', 'player', 'chooser', 'forms']
const MODULES = ['api'] // imported by the modules of static/ that are served as they are written

const bundled = await Promise.all([bundle(SCRIPTS, 'iife'), bundle(MODULES, 'esm')])
const outputs = bundled.flatMap(({ outputFiles }) => outputFiles)
const files = new Map(outputs.map(({ path, text }) => [path.slice(TARGET.length + 1), text]))
files.set('LICENSES.txt', licenses(bundled.flatMap(({ metafile }) => Object.keys(metafile.inputs))))

if (process.argv.includes('--check')) check()
else write()

function bundle(names, format) {
  return build({
    absWorkingDir: HERE,
    entryPoints: names.map((name) => `src/${name}.js`),
    outdir: TARGET,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format,
    // The client has packages of its own; here they are those of this folder's lock file.
    alias: { 'openapi-fetch': join(HERE, 'node_modules', 'openapi-fetch') },
    target: ['es2022'],
    charset: 'utf8',
    legalComments: 'none', // all of them are in LICENSES.txt
    define: { 'process.env.NODE_ENV': '"production"' },
  })
}

// The licence of every package of which something is in the bundles, in full.
function licenses(inputs) {
  const packages = new Set()
  for (const input of inputs) {
    const inside = input.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)
    if (inside) packages.add(inside[1])
  }
  return [...packages].sort().map(license).join('\n')
}

function license(folder) {
  const facts = JSON.parse(readFileSync(join(HERE, folder, 'package.json'), 'utf8'))
  const file = readdirSync(join(HERE, folder)).sort().find((name) => /^licen[cs]e/i.test(name))
  const text = file ? readFileSync(join(HERE, folder, file), 'utf8').trim() : `Licence: ${facts.license}`
  return `${'-'.repeat(80)}\n${facts.name} ${facts.version} (${facts.license})\n\n${text}\n`
}

function write() {
  rmSync(TARGET, { recursive: true, force: true })
  mkdirSync(TARGET, { recursive: true })
  for (const [name, text] of files) writeFileSync(join(TARGET, name), text)
  console.log([...files].map(([name, text]) => `${name} ${Math.ceil(text.length / 1024)} KiB`).join('\n'))
}

function check() {
  const committed = existsSync(TARGET) ? readdirSync(TARGET) : []
  const changed = [...files].filter(([name, text]) => !committed.includes(name) || text !== read(name)).map(([n]) => n)
  const left = committed.filter((name) => !files.has(name))
  if (changed.length || left.length) {
    console.error(`static/dist/ is not what the sources give (npm run build): ${[...changed, ...left].join(', ')}`)
    process.exit(1)
  }
}

function read(name) {
  return readFileSync(join(TARGET, name), 'utf8')
}
