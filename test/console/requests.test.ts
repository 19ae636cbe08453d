// A run's page: what its callee was sent, and where its time went.
import { expect, test } from 'vitest'
import { attemptsOf, stretchesOf } from '../../console/src/run/attempts.ts'
import { requestOf } from '../../console/src/run/request.ts'
import { reachOf } from '../../console/src/task/scale.ts'
import { beginOf } from '../../console/src/runs/range.ts'

const run = { runId: 'r1', group: 'billing', job: 'nightly', scheduledFor: null }
const recall = { type: 'http', url: 'http://callee/x' } as const

test('the request has the payload beside its keys, every digit, and the run', () => {
  const dataJson = '{"id":12345678901234567890,"data":"own","tasklogid":"own"}'
  const { line, headers, body } = requestOf(run, { recall, dataJson })
  expect(line).toBe('POST http://callee/x')
  expect(headers).toContainEqual(['Idempotency-Key', 'r1'])
  expect(body.replaceAll(/\s/g, '')).toBe(
    '{"id":12345678901234567890,"data":{"id":12345678901234567890,"data":"own","tasklogid":"own"},"tasklogid":"r1"}',
  )
})

test('a payload that is no object stands under data alone, and a socket has no headers', () => {
  const socket = { type: 'socket', host: 'callee', port: 9 } as const
  const { line, headers, body } = requestOf(run, { recall: socket, dataJson: 'not json' })
  expect({ line, headers }).toEqual({ line: 'TCP callee:9', headers: [] })
  expect(JSON.parse(body)).toEqual({ data: 'not json', tasklogid: 'r1' })
})

const at = (ms: number) => new Date(1_000_000 + ms).toISOString()
const attempt = (type: string, number: number, startMs: number, durationMs: number) => ({
  type,
  revision: number,
  recordedAt: at(startMs),
  metadata: {},
  data: {
    attempt: number,
    report: {
      startedAt: at(startMs),
      durationMs,
      phases: { queuedMs: 0, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null },
      statusCode: 200,
      reply: null,
    },
  },
})

test('the run as a whole: late, called, waiting, called again, waiting for the report', () => {
  const attempts = attemptsOf([
    attempt('RecallFailed', 1, 20, 10),
    attempt('RecallAccepted', 2, 100, 5),
  ])
  const whole = { scheduledFor: at(0), triggeredAt: at(2), finishedAt: at(500) }
  expect(stretchesOf(whole, attempts).map(({ name, toMs }) => [name, toMs])).toEqual([
    ['late', 20],
    ['attempt', 30],
    ['wait', 100],
    ['attempt', 105],
    ['report', 500],
  ])
})

test('a task’s own timeline reaches as far as its next few fires', () => {
  const second = 1_000
  expect(reachOf(0, [], [])).toBe(20 * second)
  expect(reachOf(0, [], [3_600 * second])).toBeCloseTo(3_780 * second)
  expect(reachOf(0, [-7_200 * second], [])).toBeCloseTo(7_560 * second)
})

test('a range of the run log begins at a full minute', () => {
  expect(beginOf('15m', Date.parse('2026-11-28T12:00:59.999Z'))).toBe('2026-11-28T11:45:00.000Z')
})
