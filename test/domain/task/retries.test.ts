// Which failures are tried again, where a task says so.
import { describe, expect, test } from 'vitest'
import { decodeTaskEvent, encodeTaskEvent } from '../../../src/domain/task/stored.ts'
import type { AttemptResult } from '../../../src/domain/task/commands.ts'
import { defaultPolicy } from '../../../src/domain/task/definition.ts'
import type { TaskEvent } from '../../../src/domain/task/events.ts'
import { runId } from '../../support/definitions.ts'
import { right } from '../../support/either.ts'
import { added, at, given, task, triggered, withPolicy } from './story.ts'

const retrying = (on?: readonly string[]): TaskEvent =>
  added(
    withPolicy({
      retries: { ...defaultPolicy.retries, max: 1, jitter: 0, ...(on === undefined ? {} : { on }) },
    }),
  )

type Failed = Extract<AttemptResult, { type: 'failed' }>

const retryAtAfter = (policy: TaskEvent, change: Partial<Failed>, statusCode: number | null) => {
  const [event] = given(policy, triggered(runId(1), at(10)))
    .when({
      type: 'RecordAttempt',
      taskId: task,
      runId: runId(1),
      attempt: 1,
      issuedAt: at(11),
      chance: 0,
      result: { type: 'failed', reason: 'r', resultValue: null, retryable: true, ...change },
      report: {
        startedAt: at(10),
        durationMs: 1,
        phases: { queuedMs: 0, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null },
        statusCode,
        reply: null,
        replyBytes: null,
        replySha256: null,
      },
    })
    .events()
  return event?.type === 'RecallFailed' ? event.retryAt : 'something else'
}

describe('on', () => {
  test.each<[string, Partial<Failed>, number | null]>([
    ['connect', { before: 'connect' }, null],
    ['timeout', { before: 'timeout' }, null],
    ['503', {}, 503],
    ['5xx', {}, 599],
    ['reply', {}, 200],
    ['reply', {}, null],
  ])('%s is retried where it is named, at the end of the wait', (word, change, status) => {
    expect(retryAtAfter(retrying([word, '418']), change, status)).toBe(at(12))
    expect(retryAtAfter(retrying(['418']), change, status)).toBeNull()
    expect(retryAtAfter(retrying(), change, status)).toBe(at(12))
  })

  test('a refused address is not retried, whatever is named', () => {
    const refused = { before: 'connect', retryable: false } as const
    expect(retryAtAfter(retrying(['connect']), refused, null)).toBeNull()
  })

  test('is kept in the log, and absent from what was stored without it', () => {
    for (const event of [retrying(['5xx']), retrying()])
      expect(right(decodeTaskEvent(encodeTaskEvent(event)))).toEqual(event)
    expect(JSON.stringify(encodeTaskEvent(retrying()))).not.toContain('"on"')
  })
})
