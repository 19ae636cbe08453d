// How far are the read models, and may they be made anew? A rebuild fills a new version beside the one
// that serves; it is done by whichever process has the projections' role.
import * as E from 'fp-ts/lib/Either.js'
import { Instant } from '../../domain/instant.ts'
import type { Position } from '../../event-store/event-store.ts'
import type { Rebuild } from '../../projections/rebuild/requests.ts'
import { projectionName, type ProjectionView } from '../../projections/rebuild/status.ts'
import { accepted } from '../answer.ts'
import type { ApiDeps } from '../deps.ts'
import { question } from './question.ts'
import { flag } from './query.ts'
import { reasonField } from './reason.ts'

export const listProjections = (deps: ApiDeps) =>
  question(deps, {}, async () => {
    const listed = await deps.projections.list()()
    if (E.isLeft(listed)) return listed
    const head = await deps.store.head()()
    if (E.isLeft(head)) return E.left({ ...head.left, outcome: 'nothing-written' } as const)
    const json = projectionJson(deps, head.right)
    return E.right({ projections: listed.right.map(json), head: head.right })
  })

/** `POST /api/v1/projections/{name}/rebuild`: 202, also when one is under way already. */
export const rebuildProjection = (deps: ApiDeps) =>
  question(deps, { ...reasonField, force: flag }, async ({ path, query }) => {
    const name = path['name'] ?? ''
    if (name !== projectionName) return E.left({ type: 'ProjectionUnknown', name } as const)
    const { reason, force } = query
    const wished = await deps.projections.rebuild({ reason, forced: force })()
    if (E.isLeft(wished)) return wished
    const rebuild = wished.right === null ? null : rebuildJson(wished.right)
    return E.right(accepted({ name, rebuild }))
  })

const projectionJson =
  ({ store }: ApiDeps, head: Position | null) =>
  ({ position, rebuilding, lastRebuild, ...projection }: ProjectionView) => {
    const { version, events } = projection
    const reached = rebuilding?.filled ?? null
    const isHead =
      head === null || (position !== null && store.comparePositions(position, head) >= 0)
    return {
      ...projection,
      checkpoint: position,
      behind: !isHead,
      rebuilding:
        rebuilding === null
          ? null
          : {
              ...rebuildJson(rebuilding),
              version: version + 1,
              position: reached?.position ?? null,
              head,
              events: reached?.events ?? 0,
              fraction: Math.min(1, (reached?.events ?? 0) / Math.max(1, events)),
            },
      lastRebuild: lastRebuild === null ? null : rebuildJson(lastRebuild),
    }
  }

const rebuildJson = (rebuild: Rebuild) => ({
  number: rebuild.number,
  state: rebuild.state,
  reason: rebuild.reason,
  forced: rebuild.forced,
  requestedAt: Instant.encode(rebuild.requestedAt),
  startedAt: rebuild.startedAt === null ? null : Instant.encode(rebuild.startedAt),
  endedAt: rebuild.endedAt === null ? null : Instant.encode(rebuild.endedAt),
  counts: rebuild.counts,
  problem: rebuild.problem,
})
