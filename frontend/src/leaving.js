// The browser asks before the page is left while an upload would be interrupted.
let held = 0

/** Ask from now on; returns a function that ends it and can be called again. */
export function holdPage() {
  let isHeld = true
  if (held++ === 0) addEventListener('beforeunload', ask)
  return () => {
    if (isHeld && --held === 0) removeEventListener('beforeunload', ask)
    isHeld = false
  }
}

/**
 * Return what `work(onSession)` does, which sends one file: the browser asks before the page is left meanwhile, and
 * leaving it aborts the session, which releases its quota.
 */
export async function whileHere(library, work) {
  let session = null
  const leave = () => session && library.abortSession(session.id, { keepalive: true })
  const release = holdPage()
  addEventListener('pagehide', leave)
  try {
    return await work((opened) => { session = opened })
  } finally {
    removeEventListener('pagehide', leave)
    release()
  }
}

function ask(event) {
  event.preventDefault()
  event.returnValue = '' // for older browsers
}
