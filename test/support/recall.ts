// Recall requests for transport tests: everything filled in, the target and whatever matters to order.
import { instantAt } from '../../src/domain/instant.ts'
import { RunId, TaskId } from '../../src/domain/task/ids.ts'
import { recallBody } from '../../src/scheduler/recall/transports/body.ts'
import { type RecallRequest } from '../../src/scheduler/recall/transports/transport.ts'
import { right } from './either.ts'

export const runId = right(RunId.decode('0123456789abcdef0123456789abcdef'))

export const recallTo = (
  target: RecallRequest['target'],
  more: Partial<RecallRequest> = {},
): RecallRequest => ({
  runId,
  attempt: 1,
  taskId: right(TaskId.decode({ tenant: 'default', group: '任务分组', job: 'nightly' })),
  target,
  body: recallBody('{"a":1}', runId),
  scheduledFor: instantAt(1_700_000_000_000),
  timeoutMs: 5_000,
  followRedirects: false,
  ...more,
})
