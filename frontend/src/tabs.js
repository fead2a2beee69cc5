// Which tabs of this origin are open, so that no tab takes over the files of another open one.
//
// A tab holds a lock (Web Locks) for as long as its page lives; the browser lets go of it however the page ends. Pages
// without TLS lack them: there a tab is asked, and answers for as long as it lives.
import { randomKey } from './api.js'

const PREFIX = 'library-tab:'
const ROLL_CALL = 400 // ms in which a tab that lives answers

/** The name of this page's tab. */
export const tab = randomKey()

let held = null

/** Be known as alive from now on. A page that owns nothing need not be: a held lock keeps it out of the back/forward cache. */
export function holdTab() {
  held ??= navigator.locks ? holdLock() : answerRollCalls()
  return held
}

/** Return the names of the other tabs that are alive and hold something. */
export function livingTabs() {
  return navigator.locks ? lockedTabs() : callRoll()
}

function holdLock() {
  return new Promise((resolve) => {
    navigator.locks.request(PREFIX + tab, () => {
      resolve()
      return new Promise(() => {}) // until the page ends
    })
  })
}

async function lockedTabs() {
  const { held: locks } = await navigator.locks.query()
  return new Set(locks.map(({ name }) => name).filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length)))
}

async function answerRollCalls() {
  const channel = new BroadcastChannel(PREFIX)
  channel.addEventListener('message', ({ data }) => data === 'who' && channel.postMessage({ tab }))
}

async function callRoll() {
  const channel = new BroadcastChannel(PREFIX)
  const living = new Set()
  channel.addEventListener('message', ({ data }) => data.tab && living.add(data.tab))
  channel.postMessage('who')
  await new Promise((resolve) => setTimeout(resolve, ROLL_CALL))
  channel.close()
  return living
}
