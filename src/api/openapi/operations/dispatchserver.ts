// The calls of the original service.
import type * as t from 'io-ts'
import { AddCall, CallAnswer, ReportCall, TaskCall } from '../dispatchserver-bodies.ts'
import { answers, type Operation, type Operations } from '../operation.ts'

const call = (id: string, summary: string, body: t.Mixed): Operation => ({
  id,
  tag: 'Dispatchserver',
  summary,
  about:
    'Parameters may stand in the body as JSON or as a form, or in the query string; objects may be strings that hold JSON, numbers and booleans may stand in quotes.',
  body,
  bodyTypes: ['application/json', 'application/x-www-form-urlencoded'],
  answers: answers(CallAnswer, 'Accepted, or refused: `success` says which.'),
})

export const dispatchserverOperations: Operations = {
  'POST /dispatchserver/add.do': call('addDo', 'Add a task, or overwrite it', AddCall),
  'POST /dispatchserver/pause.do': call('pauseDo', 'Stop firing', TaskCall),
  'POST /dispatchserver/resumeTask.do': call('resumeTaskDo', 'Fire again', TaskCall),
  'POST /dispatchserver/resume.do': call('resumeDo', 'Fire again', TaskCall),
  'POST /dispatchserver/delete.do': call('deleteDo', 'Remove a task', TaskCall),
  'POST /dispatchserver/trigger.do': call('triggerDo', 'Run a task once, now', TaskCall),
  'POST /taskcallback/updateTaskLog': call(
    'updateTaskLog',
    'Report the end of an asynchronous run',
    ReportCall,
  ),
}
