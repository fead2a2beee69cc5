// The kind of a file, by the server's table of kinds (`uploads/kinds.py`), which the page contains.

// If several kinds accept a type of file, the first of these is chosen.
const GUESSED = ['IMAGE', 'DOCUMENT', 'VIDEO', 'AUDIO']

/**
 * Return `{type, contentType}` for a file, or `{error}`, a sentence.
 *
 * `kinds` maps types to `{label, accepts: {mime: [extension]}, max_size}`; `wanted` is one of them, or empty to guess;
 * `offered` narrows the guess. Some systems give types other names, or none: then the extension decides.
 */
export function classify(file, { kinds, aliases }, wanted = '', offered = GUESSED) {
  const types = wanted ? [wanted] : offered
  for (const type of types) {
    const contentType = acceptedType(file, kinds[type], aliases)
    if (contentType) return checked(file, type, contentType, kinds[type])
  }
  const known = [...new Set(types.flatMap((type) => Object.values(kinds[type].accepts).map((names) => names[0])))]
  return { error: `“${file.name}” is not accepted here. Accepted types: ${known.sort().join(', ')}.` }
}

function acceptedType(file, kind, aliases) {
  const bare = (file.type || '').split(';')[0].trim().toLowerCase()
  const named = aliases[bare] ?? bare
  if (kind.accepts[named]) return named
  const extension = file.name.split('.').pop().toLowerCase()
  return Object.keys(kind.accepts).find((mime) => kind.accepts[mime].includes(extension))
}

function checked(file, type, contentType, kind) {
  if (!file.size) return { error: `“${file.name}” is empty.` }
  if (file.size > kind.max_size) {
    return { error: `“${file.name}” is too large (${bytes(file.size)}): the limit for ${kind.label} files is ${bytes(kind.max_size)}.` }
  }
  return { type, contentType }
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
