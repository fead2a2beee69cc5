// Every form of the admin is posted with the CSRF token of now: a sign-in in another tab has changed it.
import { csrfToken } from '../../clients/typescript/src/csrf.ts'

document.addEventListener(
  'submit',
  ({ target }) => {
    const field = target.querySelector?.('input[name="csrfmiddlewaretoken"]')
    const token = csrfToken()
    if (field && token) field.value = token
  },
  true,
)
