// The processes of this service, and the settings of the one that answers.
import * as E from 'fp-ts/lib/Either.js'
import { isoOf, type Instant } from '../../domain/instant.ts'
import type { NodeView } from '../../nodes/views.ts'
import type { ApiDeps } from '../deps.ts'
import { question } from './question.ts'

export const listNodes = (deps: ApiDeps) =>
  question(deps, {}, async () => {
    const listed = await deps.nodes()
    if (E.isLeft(listed)) {
      const { reason } = listed.left
      return E.left({ type: 'ReadModelUnavailable' as const, reason, retryable: true as const })
    }
    return E.right({ nodes: listed.right.map(nodeJson) })
  })

const iso = (instant: Instant | null): string | null => (instant === null ? null : isoOf(instant))

const nodeJson = (view: NodeView) => ({
  ...view,
  startedAt: iso(view.startedAt),
  lastSeenAt: iso(view.lastSeenAt),
  endedAt: iso(view.endedAt),
})

/**
 * As they were decoded at the start of this process, without what may hold a password; and from when on
 * the history of runs and the log are whole (null: from their beginning).
 */
export const listSettings = (deps: ApiDeps) =>
  question(deps, {}, async () => {
    const runs = await deps.queries.retainedFrom()()
    if (E.isLeft(runs)) return runs
    const log = await deps.logWholeFrom()
    const wholeFrom = { runs: iso(runs.right), log: iso(log) }
    return E.right({ node: deps.node, settings: deps.shownSettings, wholeFrom })
  })
