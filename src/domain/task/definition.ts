// What a caller registers: when (schedule), whom to call (recall), with what (dataJson), and how to
// treat trouble (policy). Stored whole in TaskAdded and TaskReplaced with every default filled in,
// so that a later change of a service default never rewrites history.
import * as t from 'io-ts'
import { Schedule } from '../schedule/schedule.ts'

export const HttpRecall = t.readonly(t.type({ type: t.literal('http'), url: t.string }))
export type HttpRecall = t.TypeOf<typeof HttpRecall>

export const SocketRecall = t.readonly(
  t.type({ type: t.literal('socket'), host: t.string, port: t.number }),
)
export type SocketRecall = t.TypeOf<typeof SocketRecall>

/** Whom a fire calls back, and over what. */
export const RecallTarget = t.union([HttpRecall, SocketRecall])
export type RecallTarget = t.TypeOf<typeof RecallTarget>

/** What to do when an occurrence is due while an earlier run is still open. */
export const OverlapPolicy = t.keyof({ allow: null, skip: null, queueOne: null })
export type OverlapPolicy = t.TypeOf<typeof OverlapPolicy>

export const RetryPolicy = t.readonly(
  t.intersection([
    t.type({
      /** Attempts after the first. 0: none. */
      max: t.number,
      /** Wait before the first retry, milliseconds; each further one multiplies by `factor`. */
      backoffMs: t.number,
      factor: t.number,
      /** No wait is longer than this, milliseconds. */
      backoffMaxMs: t.number,
      /** Share of the wait that is left to chance, 0 to 1. */
      jitter: t.number,
    }),
    t.partial({
      /**
       * Which failures are retried: `connect`, `timeout`, `reply`, a status such as `503`, a class of
       * them such as `5xx`. Absent, as in tasks of earlier versions: all.
       */
      on: t.readonlyArray(t.string),
    }),
  ]),
)
export type RetryPolicy = t.TypeOf<typeof RetryPolicy>

export const RecallPolicy = t.readonly(
  t.type({
    /** Limit for one attempt, connect to last byte, milliseconds. */
    timeoutMs: t.number,
    retries: RetryPolicy,
    overlap: OverlapPolicy,
    /** How long an accepted asynchronous run may take to report, milliseconds. */
    reportDeadlineMs: t.number,
    /** Runs of this task called at the same time; null: no limit. */
    concurrencyMax: t.union([t.number, t.null]),
    /** First attempts of this task per second; null: no limit. */
    ratePerSecond: t.union([t.number, t.null]),
    followRedirects: t.boolean,
  }),
)
export type RecallPolicy = t.TypeOf<typeof RecallPolicy>

export const TaskDefinition = t.readonly(
  t.intersection([
    t.type({
      schedule: Schedule,
      recall: RecallTarget,
      /** The caller's payload as JSON text, numbers exactly as they were written. */
      dataJson: t.string,
      /** Larger goes first in a backlog. */
      priority: t.number,
      name: t.union([t.string, t.null]),
      description: t.union([t.string, t.null]),
      policy: RecallPolicy,
      /** Fields we do not know but were asked to keep, as JSON text of one object. */
      extraJson: t.union([t.string, t.null]),
    }),
    t.partial({
      /** How long the history of its runs is kept, days. Absent: as long as the service keeps it. */
      retentionDays: t.number,
    }),
  ]),
)
export type TaskDefinition = t.TypeOf<typeof TaskDefinition>

/** Longest `retentionDays`: a century. */
export const retentionDaysMax = 36_500

/** Payloads larger than this are refused, UTF-8 bytes. */
export const dataBytesMax = 256 * 1024

export const defaultPolicy: RecallPolicy = {
  timeoutMs: 30_000,
  retries: { max: 0, backoffMs: 1_000, factor: 2, backoffMaxMs: 300_000, jitter: 0.2 },
  overlap: 'allow',
  reportDeadlineMs: 24 * 60 * 60 * 1000,
  concurrencyMax: null,
  ratePerSecond: null,
  followRedirects: false,
}
