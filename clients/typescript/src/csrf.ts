// The CSRF token of a page that Django serves.

const COOKIE = 'csrftoken' // Django's default; a page with another one says so in `data-csrf-cookie`

/**
 * Return the token to send now, undefined where there is none.
 *
 * It is read at each call: every sign-in changes it, also one in another tab.
 */
export function csrfToken(): string | undefined {
  if (typeof document === 'undefined') return undefined
  const name = document.querySelector<HTMLElement>('[data-csrf-cookie]')?.dataset['csrfCookie'] || COOKIE
  const pair = document.cookie.split('; ').find((one) => one.startsWith(`${name}=`))
  return pair?.slice(name.length + 1) || formToken()
}

// Where scripts may not read the cookie, or the token is in the session, the page's own is all there is.
function formToken(): string | undefined {
  return document.querySelector<HTMLInputElement>('input[name="csrfmiddlewaretoken"]')?.value
}
