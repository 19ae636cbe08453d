// The exceptions of a summary as rows of one list, the gravest kind first: what did not happen at all,
// what does not end, what goes wrong, what came late, what somebody has stopped. Pure.
import { taskPath, type Key } from '../api/client.ts'
import { clockTime, counted, duration } from '../format.ts'
import { wordsIn } from '../say.ts'
import type { Language } from '../words.ts'
import type { Summary } from './summary.ts'
import { overviewWords } from './words.ts'

export const kinds = ['missing', 'stuck', 'failing', 'late', 'paused'] as const
type Kind = (typeof kinds)[number]

export interface Exception {
  readonly group: string
  readonly job: string
  readonly said: string
  /** Where the cause is shown. */
  readonly to: string
  readonly since: string
  readonly by: string | null
}

export interface Exceptions {
  readonly kind: Kind
  /** There may be more than rows. */
  readonly count: number
  readonly rows: readonly Exception[]
}

const runTo = (runId: string): string => `/runs/${runId}`

export const exceptionsOf = (summary: Summary, language: Language): readonly Exceptions[] => {
  const say = wordsIn(overviewWords, language)
  const row = ({ group, job }: Key, said: string, to: string, since: string): Exception => {
    return { group, job, said, to, since, by: null }
  }
  const rows: Readonly<Record<Kind, readonly Exception[]>> = {
    missing: summary.missing.items.map((one) => {
      const said = say('missingSays', clockTime(one.scheduledFor), one.count)
      return row(one, said, `${taskPath(one)}/occurrences`, one.since)
    }),
    stuck: summary.stuck.items.map((one) => {
      const said = say('stuckSays', clockTime(one.triggeredAt))
      return row(one, said, runTo(one.runId), one.expectedAt)
    }),
    failing: summary.failing.items.map((one) => {
      const why = one.reason ?? '–'
      const said =
        one.failedInARow === 1
          ? say('failedOnce', why)
          : say('failingSays', counted(one.failedInARow, language), why)
      return row(one, said, runTo(one.lastRunId), one.since)
    }),
    late: summary.late.items.map((one) => {
      const said = say('lateSays', duration(one.latenessMs, language))
      return row(one, said, runTo(one.runId), one.scheduledFor)
    }),
    paused: summary.paused.items.map((one) => {
      const why = one.reason ?? say('noReason')
      const said = one.until === null ? why : say('pausedUntil', why, clockTime(one.until))
      return { ...row(one, said, taskPath(one), one.at), by: one.by }
    }),
  }
  return kinds.map((kind) => ({ kind, count: summary[kind].count, rows: rows[kind] }))
}
