// The kind of a file, by the server's table of kinds (`uploads/kinds.py`), which the page contains.

// If several kinds accept a type of file, the first of these is chosen.
export const GUESSED = ['IMAGE', 'DOCUMENT', 'VIDEO', 'AUDIO']

/**
 * Return `{type, contentType}` for a file, or `{error}`, a sentence.
 *
 * `kinds` maps types to `{label, accepts: {mime: [extension]}, max_size}`; `wanted` is one of them, or empty to guess;
 * `offered` narrows the guess. A type that a kind accepts decides, else the last extension of the name; the server reads
 * the type from the bytes, so that `contentType` is what the browser says, or nothing.
 */
export function classify(file, { kinds, aliases }, wanted = '', offered = GUESSED) {
  const types = wanted ? [wanted] : offered
  const type = types.find((each) => isNamed(file, kinds[each], aliases)) ?? types.find((each) => hasExtension(file, kinds[each]))
  if (type) return checked(file, type, kinds[type])
  return { error: `“${file.name}” is not accepted here. Accepted: ${labelsOf(types.map((each) => kinds[each])).join(', ')}.` }
}

/** Return the value of `accept` of a file input for these kinds: phones convert pictures that are not in it. */
export function acceptOf(kinds) {
  const accepts = kinds.flatMap((kind) => Object.entries(kind.accepts))
  return [...new Set(accepts.flatMap(([mime, names]) => [mime, ...names.map((name) => `.${name}`)]))].join(',')
}

function labelsOf(kinds) {
  return [...new Set(kinds.flatMap((kind) => Object.values(kind.accepts).map(([name]) => name.toUpperCase())))]
}

function isNamed(file, kind, aliases) {
  const bare = (file.type || '').split(';')[0].trim().toLowerCase()
  return (aliases[bare] ?? bare) in kind.accepts
}

function hasExtension(file, kind) {
  const extension = file.name.includes('.') ? file.name.split('.').pop().trim().toLowerCase() : ''
  return Object.values(kind.accepts).some((names) => names.includes(extension))
}

function checked(file, type, kind) {
  if (!file.size) return { error: `“${file.name}” is empty.` }
  if (file.size > kind.max_size) {
    return { error: `“${file.name}” is too large (${bytes(file.size)}): the limit for ${kind.label} files is ${bytes(kind.max_size)}.` }
  }
  return { type, contentType: file.type || '' }
}

/** Return a size for people, in the units the admin uses (1 KB = 1,024 bytes). */
export function bytes(count) {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB']
  let power = 0
  while (count >= 1024 && power < units.length - 1) {
    count /= 1024
    power += 1
  }
  return `${power && count < 100 ? count.toFixed(1).replace(/\.0$/, '') : Math.round(count)} ${units[power]}`
}
