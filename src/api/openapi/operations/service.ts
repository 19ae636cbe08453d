// Many tasks at once, calendars, and the service itself.
import {
  Bulk,
  BulkRehearsal,
  Bulks,
  Calendar,
  CalendarChanged,
  CalendarRehearsal,
  Calendars,
  Defaults,
  Live,
  Nodes,
  Projections,
  Ready,
  RebuildAsked,
  Settings,
} from '../../v1/answers/service.ts'
import { BulkBody } from '../../v1/bulk-order.ts'
import { CalendarBody } from '../../v1/calendars.ts'
import { accepts, answers, type Operation, type Operations } from '../operation.ts'

const startBulk = (id: string, summary: string): Operation => ({
  id,
  tag: 'Bulk',
  summary,
  about: 'One event for each task, in batches between which due fires go first.',
  body: BulkBody,
  bodyMayLack: true,
  answers: [
    { status: 202, about: 'It goes on behind the answer.', bodies: [Bulk] },
    { status: 200, about: 'Which tasks it would be (`dryRun`).', bodies: [BulkRehearsal] },
  ],
})

export const bulkOperations: Operations = {
  'GET /api/v1/bulk': {
    id: 'listBulks',
    tag: 'Bulk',
    summary: 'The newest bulk commands',
    answers: answers(Bulks),
  },
  'GET /api/v1/bulk/{id}': {
    id: 'showBulk',
    tag: 'Bulk',
    summary: 'How far a bulk command has come',
    answers: answers(Bulk),
  },
  'POST /api/v1/bulk/pause': startBulk('bulkPause', 'Pause many tasks'),
  'POST /api/v1/bulk/resume': startBulk('bulkResume', 'Resume many tasks'),
  'POST /api/v1/bulk/delete': startBulk('bulkDelete', 'Delete many tasks'),
  'POST /api/v1/bulk/trigger': startBulk('bulkTrigger', 'Run many tasks once, now'),
  'POST /api/v1/bulk/{id}/continue': {
    id: 'continueBulk',
    tag: 'Bulk',
    summary: 'Go on with one that nobody carries out',
    answers: accepts(Bulk),
  },
}

const calendar = '/api/v1/calendars/{name}'

export const calendarOperations: Operations = {
  'GET /api/v1/calendars': {
    id: 'listCalendars',
    tag: 'Calendars',
    summary: 'Exclusion calendars',
    answers: answers(Calendars),
  },
  [`GET ${calendar}`]: {
    id: 'showCalendar',
    tag: 'Calendars',
    summary: 'One exclusion calendar',
    answers: answers(Calendar),
    etag: true,
  },
  [`PUT ${calendar}`]: {
    id: 'putCalendar',
    tag: 'Calendars',
    summary: 'Define an exclusion calendar, or change it',
    body: CalendarBody,
    answers: [
      {
        status: 200,
        about: 'It is defined, or was only tried (`dryRun`).',
        bodies: [CalendarChanged, CalendarRehearsal],
      },
    ],
    refuses: [409, 412, 422],
    headers: ['If-Match', 'If-None-Match'],
    etag: true,
  },
  [`DELETE ${calendar}`]: {
    id: 'deleteCalendar',
    tag: 'Calendars',
    summary: 'Remove an exclusion calendar',
    answers: answers(CalendarChanged),
    refuses: [409, 412],
    headers: ['If-Match'],
    etag: true,
  },
}

export const serviceOperations: Operations = {
  'GET /health/live': {
    id: 'live',
    tag: 'Service',
    summary: 'Is the process alive?',
    answers: answers(Live),
  },
  'GET /health/ready': {
    id: 'ready',
    tag: 'Service',
    summary: 'Can it work, and if not, why?',
    answers: [
      { status: 200, about: 'It can.', bodies: [Ready] },
      { status: 503, about: 'It cannot; the checks say why.', bodies: [Ready] },
    ],
  },
  'GET /api/v1/defaults': {
    id: 'showDefaults',
    tag: 'Service',
    summary: 'What a task gets that does not say',
    answers: answers(Defaults),
  },
  'GET /api/v1/nodes': {
    id: 'listNodes',
    tag: 'Service',
    summary: 'Processes that run, stopped or were lost',
    answers: answers(Nodes),
  },
  'GET /api/v1/settings': {
    id: 'listSettings',
    tag: 'Service',
    summary: 'The settings of the process that answers, without secrets',
    answers: answers(Settings),
  },
  'GET /api/v1/projections': {
    id: 'listProjections',
    tag: 'Service',
    summary: 'How far the read models are',
    answers: answers(Projections),
  },
  'POST /api/v1/projections/{name}/rebuild': {
    id: 'rebuildProjection',
    tag: 'Service',
    summary: 'Make the read models anew beside those that serve',
    answers: accepts(RebuildAsked),
  },
  'GET /api/v1/openapi.json': {
    id: 'describeApi',
    tag: 'Service',
    summary: 'This description',
    answers: [{ status: 200, about: 'OpenAPI 3.1.', bodies: [], files: ['application/json'] }],
  },
}
