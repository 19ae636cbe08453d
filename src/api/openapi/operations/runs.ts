// Runs, what was decided, what everybody did, and one call by hand.
import {
  ActivityPage,
  GapPage,
  LedgerPage,
  OneRun,
  RunChanged,
  RunPage,
  Stats,
  Summary,
} from '../../v1/answers/runs.ts'
import { AgendaLoad, AgendaPage } from '../../v1/answers/history.ts'
import { Preview } from '../../v1/answers/preview.ts'
import { PreviewBody } from '../../v1/preview.ts'
import { RecallTested } from '../../../domain/task/recall-test.ts'
import { RecallTestBody } from '../../v1/recall-test.ts'
import { answers, type Operations } from '../operation.ts'

const files = ['application/json', 'text/csv']

export const runOperations: Operations = {
  'GET /api/v1/runs': {
    id: 'listRuns',
    tag: 'Runs',
    summary: 'Runs, newest first',
    answers: answers(RunPage),
  },
  'GET /api/v1/runs/{runId}': {
    id: 'showRun',
    tag: 'Runs',
    summary: 'One run',
    answers: answers(OneRun),
    refuses: [410],
    etag: true,
  },
  'POST /api/v1/runs/{runId}/cancel': {
    id: 'cancelRun',
    tag: 'Runs',
    summary: 'End an open run; a call under way is broken off',
    answers: answers(RunChanged),
    refuses: [409],
    etag: true,
  },
  'POST /api/v1/runs/{runId}/rerun': {
    id: 'rerunRun',
    tag: 'Runs',
    summary: 'Run its task again, as it is defined now',
    answers: answers(RunChanged),
    refuses: [409],
    etag: true,
  },
  'GET /api/v1/exports/runs': {
    id: 'exportRuns',
    tag: 'Runs',
    summary: 'The whole list of runs as one file',
    answers: [{ status: 200, about: 'The file.', bodies: [], files }],
  },
  'GET /api/v1/exports/activity': {
    id: 'exportActivity',
    tag: 'Activity',
    summary: 'The whole activity as one file, newest first',
    answers: [{ status: 200, about: 'The file.', bodies: [], files }],
  },
  'GET /api/v1/exports/tasks': {
    id: 'exportTasks',
    tag: 'Tasks',
    summary: 'The whole list of tasks as one file',
    answers: [{ status: 200, about: 'The file.', bodies: [], files }],
  },
  'POST /api/v1/recalls/test': {
    id: 'testRecall',
    tag: 'Recalls',
    summary: 'Make one call and see what comes of it',
    about: 'Recorded as a test, never as a run. A failed call is an answer like any other.',
    body: RecallTestBody,
    answers: answers(RecallTested),
  },
  'POST /api/v1/preview': {
    id: 'previewSchedule',
    tag: 'Schedules',
    summary: 'What a schedule would do: its instants, in words, with clock changes marked',
    body: PreviewBody,
    answers: answers(Preview),
    refuses: [422],
  },
  'GET /api/v1/agenda': {
    id: 'listAgenda',
    tag: 'Schedules',
    summary: 'What fires next, in order of time',
    answers: answers(AgendaPage),
    refuses: [410],
  },
  'GET /api/v1/agenda/load': {
    id: 'showAgendaLoad',
    tag: 'Schedules',
    summary: 'How many fires each minute, hour or day holds',
    answers: answers(AgendaLoad),
    refuses: [410],
  },
  'GET /api/v1/activity': {
    id: 'listActivity',
    tag: 'Activity',
    summary: 'Every event, newest first: who did what, when and why',
    answers: answers(ActivityPage),
  },
  'GET /api/v1/feed': {
    id: 'followFeed',
    tag: 'Activity',
    summary: 'What happens, as it happens, by server-sent events',
    about: 'Goes on where `Last-Event-ID` or `after` says.',
    answers: [
      { status: 200, about: 'Frames without an end.', bodies: [], files: ['text/event-stream'] },
    ],
    headers: ['Last-Event-ID'],
  },
  'GET /api/v1/ledger': {
    id: 'listLedger',
    tag: 'Activity',
    summary: 'Every verdict: fired, or skipped and why',
    answers: answers(LedgerPage),
  },
  'GET /api/v1/gaps': {
    id: 'listGaps',
    tag: 'Activity',
    summary: 'Planned instants without a verdict',
    answers: answers(GapPage),
  },
  'GET /api/v1/stats': {
    id: 'showStats',
    tag: 'Activity',
    summary: 'Counts and percentiles by minute, hour or day',
    answers: answers(Stats),
  },
  'GET /api/v1/stats/summary': {
    id: 'showSummary',
    tag: 'Activity',
    summary: 'The pulse, and what needs a look',
    answers: answers(Summary),
  },
}
