// What was acknowledged holds: no run that was decided before is begun by the process that said so.
import type { RecordedEvent } from '../../src/event-store/event-store.ts'
import type { Acknowledged } from './asking.ts'
import type { Call } from './callees.ts'
import type { Finding } from './reference.ts'

const stops = ['TaskPaused', 'TaskReplaced', 'TaskDeleted']

/**
 * Once a process has acknowledged a pause, a replace or a delete, it begins no run that was decided
 * before. (Another process may, for as long as its subscription lags.)
 */
export const checkWithdrawn = (
  log: readonly RecordedEvent[],
  acknowledged: readonly Acknowledged[],
  heard: readonly Call[],
): Finding[] => {
  const firstCalls = heard.filter(({ attempt }) => attempt === 1)
  const decided = new Map(
    log
      .filter(({ type }) => type === 'TaskTriggered')
      .map((event) => [(event.data as { runId: string }).runId, event]),
  )
  const byTask = new Map<string, Acknowledged[]>()
  // What had been written already is told by somebody who may not have followed the log as far.
  const told = acknowledged.filter(({ isAskedAgain }) => !isAskedAgain)
  for (const stop of told.filter(({ types }) => types.some((type) => stops.includes(type))))
    byTask.set(stop.stream, [...(byTask.get(stop.stream) ?? []), stop])
  return firstCalls.flatMap(({ runId, node, at }) => {
    const event = decided.get(runId)
    if (event === undefined) return []
    const { stream, revision } = event
    const { cause } = event.data as { cause: string }
    const byHand = cause === 'manual' || cause === 'rerun'
    const broken = (byTask.get(stream) ?? []).find(
      (stop) =>
        stop.node === node &&
        stop.at < at &&
        stop.revision - stop.types.length >= revision &&
        (!byHand || stop.types.includes('TaskDeleted')),
    )
    return broken === undefined
      ? []
      : [
          {
            stream,
            what: `run ${runId} was begun after ${broken.types.join(', ')} was acknowledged`,
          },
        ]
  })
}
