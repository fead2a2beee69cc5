// Answers of the real server, kept in recorded/. recording.test.ts holds them against what it says today.
import { readFileSync, writeFileSync } from 'node:fs'

const PLACE = new URL('./recorded/', import.meta.url)

export interface Recorded<Body> {
  status: number
  body: Body
}

export function recorded<Body>(name: string): Recorded<Body> {
  return JSON.parse(readFileSync(new URL(`${name}.json`, PLACE), 'utf8'))
}

export function record(name: string, answer: Recorded<unknown>): void {
  writeFileSync(new URL(`${name}.json`, PLACE), JSON.stringify(answer, null, 2) + '\n')
}

/** Return the answer without what differs from run to run: ids, times, hosts, signatures and the bytes' count. */
export function timeless(answer: unknown): unknown {
  const text = JSON.stringify(answer)
    .replace(/https?:\/\/[^"/]+/g, 'https://host')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'id')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time')
    .replace(/cursor=[^"&]+/g, 'cursor=some')
    .replace(/"size":\d+/g, '"size":0')
  return JSON.parse(text)
}
