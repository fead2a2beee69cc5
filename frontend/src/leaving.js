// The browser asks before the page is left while something is under way that leaving would stop.
let held = 0

/** Ask from now on; returns the function that ends it, which returns nothing and may be called again. */
export function holdPage() {
  let isHeld = true
  if (held++ === 0) addEventListener('beforeunload', ask)
  return () => {
    if (isHeld && --held === 0) removeEventListener('beforeunload', ask)
    isHeld = false
  }
}

function ask(event) {
  event.preventDefault()
  event.returnValue = '' // what older browsers go by
}
