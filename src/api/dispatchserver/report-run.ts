// The end of an asynchronous run, as its callee reports it by run id alone. A report that belongs to
// no task is kept in the tenant's own stream, so that nothing a callee said is lost.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { CommandContext } from '../../commands/command-handler.ts'
import { Instant } from '../../domain/instant.ts'
import { RunId, type KeyPart } from '../../domain/task/ids.ts'
import type { EventMetadata } from '../../event-store/envelope.ts'
import { StreamName } from '../../event-store/event-store.ts'
import type { ApiDeps } from '../deps.ts'
import { nothingWritten, ownerOfRun } from '../owner-of-run.ts'
import type { Refusal } from '../refusals.ts'
import type { Done } from './done.ts'
import type { RunReport } from './request/key.ts'

export const reportRun = async (
  deps: ApiDeps,
  tenant: KeyPart,
  report: RunReport,
  context: CommandContext,
): Promise<E.Either<Refusal, Done>> => {
  const { runId } = report
  const owner = await ownerOfRun(deps, runId)
  if (E.isLeft(owner)) {
    const refusal = owner.left
    const unclaimed = refusal.type === 'RunUnknown' || refusal.type === 'NotVisibleYet'
    return unclaimed ? keep(deps, tenant, report, context, refusal) : owner
  }
  const { useCases, chance } = deps
  const command = {
    type: 'ReportRun',
    taskId: owner.right,
    issuedAt: useCases.now(),
    chance: chance(),
    ...report,
  } as const
  const handled = await useCases.commands.handle(command, context)()
  if (E.isLeft(handled)) return handled
  const { position, events } = handled.right
  const late = events.some((event) => event.type === 'RecallReportedLate')
  return E.right({ position, resultValue: late ? wasLate : null })
}

const wasLate = 'late: the run had already ended; the report was kept'

/** Storage format: neither the name nor a field of it ever changes its meaning. */
const UnknownRunReported = t.readonly(
  t.exact(
    t.type({
      runId: RunId,
      success: t.boolean,
      resultValue: t.union([t.string, t.null]),
      reportedAt: Instant,
    }),
  ),
)

const keep = async (
  { store, ids, node, useCases }: ApiDeps,
  tenant: KeyPart,
  report: RunReport,
  context: CommandContext,
  refusal: Refusal,
): Promise<E.Either<Refusal, never>> => {
  const metadata: EventMetadata = { ...context, node }
  const data = UnknownRunReported.encode({ ...report, reportedAt: useCases.now() })
  const event = { id: ids.eventId(), type: 'UnknownRunReported', data, metadata }
  const stream = reportsStream(tenant)
  const kept = await store.append([{ stream, expected: 'any', events: [event] }])()
  return E.left(E.isLeft(kept) ? nothingWritten(kept.left) : refusal)
}

const reportsStream = (tenant: KeyPart): StreamName => {
  const name = StreamName.decode(`reports-${encodeURIComponent(tenant)}`)
  if (E.isLeft(name)) throw new Error('a key part of 200 characters makes a stream name')
  return name.right
}
