import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cuesOf } from '../src/seek_bar.js'

test('cues name a time, a sheet beside the file, and an area of it', () => {
  const text = 'WEBVTT\r\n\r\n01:00:02.500 --> 01:00:04.000\r\ntimeline-2.jpg#xywh=160,90,160,90\r\n\r\nNOTE nothing\r\n'
  const sheet = 'https://host.example/playback/token/hls/timeline-2.jpg'
  assert.deepEqual(cuesOf(text, new URL('https://host.example/playback/token/hls/timeline.vtt')), [
    { start: 3602.5, end: 3604, sheet, x: 160, y: 90, width: 160, height: 90 },
  ])
})
