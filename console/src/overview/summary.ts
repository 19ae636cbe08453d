// What needs a look, and the pulse, as the API tells it in one answer.
import * as t from 'io-ts'
import { AsOf, nullable } from '../api/types.ts'

const of = <P extends t.Props>(props: P) =>
  t.type({ count: t.number, items: t.array(t.type({ group: t.string, job: t.string, ...props })) })

export const Summary = t.intersection([
  AsOf,
  t.type({
    missing: of({ scheduledFor: t.string, count: t.number, since: t.string }),
    late: of({ runId: t.string, scheduledFor: t.string, latenessMs: t.number }),
    stuck: of({ runId: t.string, triggeredAt: t.string, expectedAt: t.string }),
    failing: of({
      since: t.string,
      failedInARow: t.number,
      lastRunId: t.string,
      reason: nullable(t.string),
    }),
    paused: of({
      by: nullable(t.string),
      at: t.string,
      reason: nullable(t.string),
      until: nullable(t.string),
    }),
    pulse: t.type({ running: t.number, dueNextMinute: t.number }),
  }),
])
export type Summary = t.TypeOf<typeof Summary>
