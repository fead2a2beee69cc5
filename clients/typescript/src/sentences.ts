// What went wrong, for people.

const SENTENCES: Record<string, string> = {
  content_mismatch: 'What is in the file is not what its name says. It was not kept.',
  file_changed: 'This file has changed or is gone since it was chosen. Choose it again.',
  no_answer: 'The server did not answer in time. Try again.',
  not_authenticated: 'You are signed out. Sign in again in another tab, then retry.',
  not_stored: 'The store did not take the file. Try again.',
  quota_exceeded: 'There is not enough storage left for this file.',
  session_expired: 'The time for this upload is over. Retry to start again.',
  session_over: 'This upload was ended. Retry to start again.',
  stalled: 'The connection is stalled. Try again.',
  unreadable: 'The server did not answer as expected. Try again.',
  unreachable: 'The server cannot be reached. Check the connection and try again.',
}

/** Return our own sentence about an error code; undefined where the server's is better. */
export function sentenceOf(code: string): string | undefined {
  return SENTENCES[code]
}

/** Return a sentence for a person while `onRetry` waits for the next attempt. */
export function retrySentence({ status, code }: { status: number; code: string }): string {
  if (status) return 'The server is busy; trying again…'
  return code === 'stalled' ? 'The connection is stalled; trying again…' : 'The connection was lost; trying again…'
}

/** Return a sentence for a person about what went wrong. */
export function sentence(error: unknown): string {
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string }
  return sentenceOf(String(code)) ?? (message || 'Something went wrong. Retry.')
}
