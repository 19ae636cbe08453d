// The waterfall of a run's page: what its bars say about an attempt.
import { expect, test } from 'vitest'
import { barsOf } from '../../console/src/run/bars.ts'

const report = { statusCode: 200, reply: null }

test('phases follow one another, the wait in the queue first', () => {
  const phases = { queuedMs: 5, dnsMs: 2, connectMs: 4, tlsMs: null, firstByteMs: 14 }
  expect(barsOf({ ...report, durationMs: 15, phases })).toEqual([
    { name: 'queued', fromMs: 0, toMs: 5 },
    { name: 'dns', fromMs: 5, toMs: 7 },
    { name: 'connect', fromMs: 7, toMs: 9 },
    { name: 'firstByte', fromMs: 9, toMs: 19 },
    { name: 'rest', fromMs: 19, toMs: 20 },
  ])
})

test('an attempt that got nowhere is one bar as long as it took', () => {
  const phases = { queuedMs: 0, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null }
  expect(barsOf({ ...report, durationMs: 3, phases })).toEqual([
    { name: 'rest', fromMs: 0, toMs: 3 },
  ])
})
