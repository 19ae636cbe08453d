// What the list of everything that happened says about an event, in both languages.
import { expect, test } from 'vitest'
import type { Entry } from '../../console/src/api/activity.ts'
import { openWord, readOpenWord } from '../../console/src/audit/open-event.ts'
import { sentenceOf } from '../../console/src/audit/sentence.ts'
import { taskEventCodecs } from '../../src/domain/task/events.ts'

const entry = (type: string, detail: Entry['detail'] = {}): Entry => ({
  position: '1',
  revision: 3,
  at: '2026-11-23T08:00:00Z',
  group: 'billing',
  job: 'nightly',
  type,
  runId: null,
  actor: null,
  reason: null,
  source: null,
  detail,
})

test.each([
  ['OccurrencesSkipped', { count: 3, countExact: true, verdict: 'paused' }, 'Skipped 3: paused'],
  [
    'OccurrencesSkipped',
    { count: 10000, countExact: false, verdict: 'new' },
    'Skipped 10000+: new',
  ],
  ['TaskTriggered', { cause: 'manual', scheduledFor: null }, 'Fired (Run now)'],
  ['RecallFailed', { attempt: 2, reason: 'status 500' }, 'Attempt 2 failed: status 500'],
  ['RecallSucceeded', { attempt: 1, durationMs: 12.4 }, 'Attempt 1 succeeded in 12 ms'],
  ['TaskAdded', { rule: '0 0 2 * * ?' }, 'Added: 0 0 2 * * ?'],
  [
    'RecallTested',
    { target: 'http://callee/run', outcome: 'failed', reason: 'status 500' },
    'Tried a call of http://callee/run: Failed, status 500',
  ],
  ['SomethingOfALaterVersion', {}, 'SomethingOfALaterVersion'],
])('%s with %j reads "%s"', (type, detail, sentence) => {
  expect(sentenceOf(entry(type, detail), 'en')).toBe(sentence)
})

test('every kind of event has a sentence in Chinese', () => {
  for (const type of Object.keys(taskEventCodecs))
    expect(sentenceOf(entry(type, { verdict: 'misfired' }), 'zh')).toMatch(/\p{Script=Han}/u)
})

test('an open event has one word in the address, whatever its key holds', () => {
  const event = { group: 'a/b', job: '物流 %', revision: 12 }
  expect(readOpenWord(openWord(event))).toEqual(event)
  const ofNoTask = { ...entry('RecallTested'), group: null, job: null }
  expect(readOpenWord(openWord(ofNoTask))).toBeNull()
  for (const word of ['', 'a/b', 'a/b/c', 'a/b/1/2', '%/b/1']) expect(readOpenWord(word)).toBeNull()
})
