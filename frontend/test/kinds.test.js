import assert from 'node:assert/strict'
import { test } from 'node:test'
import { acceptOf, bytes, classify } from '../src/kinds.js'

const table = {
  kinds: {
    IMAGE: { label: 'Image', accepts: { 'image/jpeg': ['jpg', 'jpeg'] }, max_size: 2048 },
    DOCUMENT: { label: 'Document', accepts: { 'text/csv': ['csv'] }, max_size: 2048 },
    VIDEO: { label: 'Video', accepts: { 'video/mp4': ['mp4'] }, max_size: 2048 },
    AUDIO: { label: 'Audio', accepts: { 'audio/mpeg': ['mp3'] }, max_size: 2048 },
    AVATAR: { label: 'Avatar', accepts: { 'image/jpeg': ['jpg'] }, max_size: 1024 },
  },
  aliases: { 'audio/mp3': 'audio/mpeg' },
}

test('the type of a file is guessed from the kinds of the server', () => {
  const file = { name: 'a.jpg', type: 'image/jpeg', size: 1 }
  assert.deepEqual(classify(file, table), { type: 'IMAGE', contentType: 'image/jpeg' })
  assert.equal(classify({ name: 'a.b.JPEG', type: '', size: 1 }, table).type, 'IMAGE')
})

test('another name of a type is known', () => {
  const file = { name: 'a.mp3', type: 'audio/mp3', size: 1 }
  assert.deepEqual(classify(file, table), { type: 'AUDIO', contentType: 'audio/mp3' })
})

test('the extension decides for a type that the system names wrongly', () => {
  const file = { name: 'A.CSV', type: 'application/vnd.ms-excel', size: 1 }
  assert.deepEqual(classify(file, table), { type: 'DOCUMENT', contentType: 'application/vnd.ms-excel' })
})

test('a chosen kind is used with its limit', () => {
  const file = { name: 'a.jpg', type: 'image/jpeg', size: 1024 }
  assert.equal(classify(file, table, 'AVATAR').type, 'AVATAR')
  assert.match(classify({ ...file, size: 1536 }, table, 'AVATAR').error, /1.5 KB.*Avatar.*1 KB/)
})

test('a file that no kind accepts is refused with the names that people know', () => {
  const file = { name: 'a.xyz', type: 'image/x-xyz', size: 1 }
  assert.match(classify(file, table).error, /“a\.xyz” is not accepted here\. Accepted: JPG, CSV, MP4, MP3\./)
  assert.match(classify({ ...file, name: 'jpg' }, table).error, /not accepted/)
})

test('inputs accept the types and the extensions', () => {
  assert.equal(acceptOf([table.kinds.IMAGE, table.kinds.AVATAR]), 'image/jpeg,.jpg,.jpeg')
})

test('an empty file is refused', () => {
  assert.match(classify({ name: 'a.jpg', type: 'image/jpeg', size: 0 }, table).error, /empty/)
})

test('sizes have the units of the admin', () => {
  assert.equal(bytes(1023), '1023 bytes')
  assert.equal(bytes(1536), '1.5 KB')
  assert.equal(bytes(5 * 1024 ** 3), '5 GB')
})
