// Questions about tasks, and everything that changes one.
import {
  Backfill,
  BackfillCalledOff,
  BackfillStarted,
  Groups,
  Task,
  TaskChanged,
  TaskPage,
} from '../../v1/answers/tasks.ts'
import {
  Events,
  Occurrences,
  ResumePreview,
  Simulation,
  VersionDiff,
  Versions,
  Why,
} from '../../v1/answers/history.ts'
import { TaskRehearsal } from '../../v1/answers/service.ts'
import { BackfillBody, ReasonBody } from '../../v1/backfill/backfill.ts'
import { RevertBody } from '../../v1/past/versions.ts'
import { TaskBody, TaskPatch } from '../../v1/task-body.ts'
import { PauseBody } from '../../v1/task-changes.ts'
import { SimulationBody } from '../../v1/what-if/simulate.ts'
import { answers, type Operations } from '../operation.ts'

const task = '/api/v1/tasks/{group}/{job}'

export const taskQuestions: Operations = {
  'GET /api/v1/groups': {
    id: 'listGroups',
    tag: 'Tasks',
    summary: 'Groups with their numbers of tasks',
    answers: answers(Groups),
  },
  'GET /api/v1/tasks': {
    id: 'listTasks',
    tag: 'Tasks',
    summary: 'Tasks with next fire, counts and last run',
    about:
      'In order of group and job, or as `sort` says: `next` (the next fire, soonest first, those without one last), `changed` (the last change, newest first). As of a moment, always by group and job. Deleted tasks only where `status` asks for them.',
    answers: answers(TaskPage),
    refuses: [410],
  },
  [`GET ${task}`]: {
    id: 'showTask',
    tag: 'Tasks',
    summary: 'One task with its whole definition',
    answers: answers(Task),
    refuses: [410],
    etag: true,
  },
  [`GET ${task}/events`]: {
    id: 'listEvents',
    tag: 'Tasks',
    summary: 'The raw history of a task, oldest first',
    answers: answers(Events),
  },
  [`GET ${task}/occurrences`]: {
    id: 'listOccurrences',
    tag: 'Tasks',
    summary: 'Every planned instant of a window with its verdict',
    answers: answers(Occurrences),
    refuses: [410],
  },
  [`GET ${task}/why`]: {
    id: 'explainInstant',
    tag: 'Tasks',
    summary: 'Why a task fired at an instant, or why not',
    answers: answers(Why),
    refuses: [410],
    headers: ['Accept-Language'],
  },
  [`GET ${task}/versions`]: {
    id: 'listVersions',
    tag: 'Tasks',
    summary: 'The versions of its definition, newest first',
    answers: answers(Versions),
    refuses: [410],
  },
  [`GET ${task}/versions/diff`]: {
    id: 'diffVersions',
    tag: 'Tasks',
    summary: 'What differs between two versions',
    answers: answers(VersionDiff),
    refuses: [410],
  },
  [`GET ${task}/resume-preview`]: {
    id: 'previewResume',
    tag: 'Tasks',
    summary: 'What resuming the task would fire, and leave out',
    answers: answers(ResumePreview),
    refuses: [409, 422],
  },
  [`GET ${task}/backfill`]: {
    id: 'showBackfill',
    tag: 'Tasks',
    summary: 'Which runs of a backfill are open',
    answers: answers(Backfill),
  },
  [`POST ${task}/simulate`]: {
    id: 'simulate',
    tag: 'Tasks',
    summary: 'What a change would decide; nothing is changed',
    body: SimulationBody,
    answers: answers(Simulation),
    refuses: [409, 410, 422],
  },
}

const change = {
  tag: 'Changing tasks',
  refuses: [409, 412],
  headers: ['If-Match'],
  etag: true,
} as const
const done = answers(TaskChanged, 'It is done, or was so already.')

export const taskChanges: Operations = {
  [`PUT ${task}`]: {
    id: 'putTask',
    ...change,
    summary: 'Add a task, or replace it',
    about: 'With `dryRun` nothing is changed: the answer is what would be stored.',
    body: TaskBody,
    answers: [
      { status: 201, about: 'It was added.', bodies: [TaskChanged] },
      {
        status: 200,
        about: 'It was replaced, or only tried.',
        bodies: [TaskChanged, TaskRehearsal],
      },
    ],
    refuses: [409, 412, 422],
    headers: ['If-Match', 'If-None-Match'],
  },
  [`PATCH ${task}`]: {
    id: 'patchTask',
    ...change,
    summary: 'Change parts of its definition',
    about:
      'A JSON merge patch (RFC 7396): what is named changes, null takes the default of the service, `data` is replaced as a whole.',
    body: TaskPatch,
    bodyTypes: ['application/merge-patch+json', 'application/json'],
    answers: done,
    refuses: [409, 412, 422],
  },
  [`DELETE ${task}`]: {
    id: 'deleteTask',
    ...change,
    summary: 'Delete a task; its history stays',
    answers: done,
  },
  [`POST ${task}/pause`]: {
    id: 'pauseTask',
    ...change,
    summary: 'Stop firing, for ever or until an instant',
    body: PauseBody,
    bodyMayLack: true,
    answers: done,
  },
  [`POST ${task}/resume`]: {
    id: 'resumeTask',
    ...change,
    summary: 'Fire again; what was missed follows the misfire instruction',
    body: ReasonBody,
    bodyMayLack: true,
    answers: done,
  },
  [`POST ${task}/trigger`]: {
    id: 'triggerTask',
    ...change,
    summary: 'Run it once, now, whatever its schedule says',
    body: ReasonBody,
    bodyMayLack: true,
    answers: done,
  },
  [`POST ${task}/revert`]: {
    id: 'revertTask',
    ...change,
    summary: 'Go back to the definition of an earlier revision',
    body: RevertBody,
    answers: [
      { status: 201, about: 'The deleted task was added again.', bodies: [TaskChanged] },
      ...done,
    ],
    refuses: [409, 410, 412, 422],
  },
  [`POST ${task}/backfill`]: {
    id: 'backfillTask',
    ...change,
    summary: 'Fire a past window again, at a limited rate',
    body: BackfillBody,
    answers: answers(BackfillStarted),
    refuses: [409, 410, 412],
  },
  [`POST ${task}/backfill/cancel`]: {
    id: 'cancelBackfill',
    ...change,
    summary: 'Call off what of a backfill has not begun',
    body: ReasonBody,
    bodyMayLack: true,
    answers: answers(BackfillCalledOff),
  },
}
