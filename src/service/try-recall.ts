// One call outside any run, for whoever wants to know whether a callee can be reached and what it
// answers. It goes over the same transports as runs do, the guard included.
import * as E from 'fp-ts/lib/Either.js'
import type { TryRecall } from '../api/deps.ts'
import { TaskId } from '../domain/task/ids.ts'
import { recallBody } from '../scheduler/recall/transports/body.ts'
import type { RecallTransport } from '../scheduler/recall/transports/transport.ts'

export const tryRecallOver =
  (transport: RecallTransport): TryRecall =>
  ({ testId, tenant, dataJson, ...call }) => {
    const taskId = TaskId.decode({ tenant, group: 'recalls', job: 'test' })
    if (E.isLeft(taskId)) throw new Error('three key parts make a task id')
    return transport.call({
      ...call,
      runId: testId,
      attempt: 1,
      taskId: taskId.right,
      body: recallBody(dataJson, testId),
      scheduledFor: null,
      headers: [['X-Carillon-Test', 'true']],
    })
  }
