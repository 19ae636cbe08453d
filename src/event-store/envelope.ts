// What stands beside every event's data: who, why, and what led to it. Written once here so that all
// rooms read the same envelope.
import * as t from 'io-ts'

export const EventSource = t.keyof({
  api: null,
  console: null,
  scheduler: null,
  recall: null,
  import: null,
})
export type EventSource = t.TypeOf<typeof EventSource>

export const EventMetadata = t.readonly(
  t.exact(
    t.intersection([
      t.type({ source: EventSource, node: t.string, correlationId: t.string }),
      t.partial({
        actor: t.string,
        reason: t.string,
        causationId: t.string,
        /** The key under which the caller may give the same command again. */
        idempotencyKey: t.string,
      }),
    ]),
  ),
)
/** Who did it (`actor`), why (`reason`), through which door (`source`), in which process (`node`). */
export type EventMetadata = t.TypeOf<typeof EventMetadata>
