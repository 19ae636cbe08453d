// The one place where a refusal gets a status code: problem+json (RFC 9457) for everything but the
// `.do` calls, which answer 200 whatever happens. Exhaustive over every kind of refusal.
import type { FieldProblem, Refusal } from './refusals.ts'
import { wordsOf } from './words.ts'

export interface Problem {
  /** `urn:carillon:problem:task-not-found`: stable, one for each kind of refusal. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly detailZh: string
  /** Which parts of the request are wrong, where parts can be named. */
  readonly problems?: readonly ProblemPart[]
}

interface ProblemPart {
  readonly field: string
  /** Index of the character that is wrong, where one can be named. */
  readonly position: number | null
  readonly message: string
  readonly messageZh: string
}

export interface ProblemAnswer {
  readonly problem: Problem
  readonly headers: Readonly<Record<string, string>>
}

interface Meaning {
  readonly status: number
  readonly title: string
  readonly headers?: Readonly<Record<string, string>>
}

export const problemOf = (refusal: Refusal): ProblemAnswer => {
  const { status, title, headers = {} } = meaningOf(refusal)
  const { en, zh } = wordsOf(refusal)
  const parts = partsOf(refusal).map(({ field, position = null, message }) => ({
    field,
    position,
    message: message.en,
    messageZh: message.zh,
  }))
  return {
    problem: {
      type: `urn:carillon:problem:${kebab(refusal.type)}`,
      title,
      status,
      detail: en,
      detailZh: zh,
      ...(parts.length > 0 ? { problems: parts } : {}),
    },
    headers,
  }
}

const partsOf = (refusal: Refusal): readonly FieldProblem[] => {
  if (refusal.type === 'RequestInvalid') return refusal.problems
  const isRule =
    refusal.type === 'ScheduleInvalid' ||
    refusal.type === 'ScheduleRefused' ||
    refusal.type === 'CalendarInvalid'
  return isRule ? [refusal.problem] : []
}

const retryAfter = (seconds: number) => ({ 'Retry-After': String(seconds) })

const meaningOf = (refusal: Refusal): Meaning => {
  switch (refusal.type) {
    case 'TaskNotFound':
      return { status: 404, title: 'Task not found' }
    case 'ProjectionUnknown':
      return { status: 404, title: 'Projection not found' }
    case 'CalendarNotFound':
      return { status: 404, title: 'Calendar not found' }
    case 'BulkNotFound':
      return { status: 404, title: 'Bulk not found' }
    case 'CalendarInvalid':
      return { status: 422, title: 'Calendar invalid' }
    case 'RunNotFound':
    case 'RunUnknown':
      return { status: 404, title: 'Run not found' }
    case 'RunForgotten':
      return { status: 410, title: 'Run no longer kept' }
    case 'RevisionUnknown':
      return { status: 404, title: 'Version not found' }
    case 'MomentNotYet':
      return { status: 400, title: 'Moment in the future' }
    case 'MomentForgotten':
      return { status: 410, title: 'Moment no longer kept' }
    case 'PathUnknown':
      return { status: 404, title: 'Not found' }
    case 'CalendarAlreadyExists':
      return { status: 409, title: 'Calendar already exists' }
    case 'TaskAlreadyExists':
      return { status: 409, title: 'Task already exists' }
    case 'RunAlreadyEnded':
      return { status: 409, title: 'Run already ended' }
    case 'TaskAlreadyCompleted':
      return { status: 409, title: 'Task already completed' }
    case 'IdempotencyKeyReused':
      return { status: 422, title: 'Idempotency key reused' }
    case 'IdempotencyKeyBusy':
      return { status: 409, title: 'Still under way', headers: retryAfter(1) }
    case 'RevisionConflict':
      return { status: 409, title: 'Too many simultaneous changes', headers: retryAfter(1) }
    case 'AppendTooLarge':
      return { status: 413, title: 'Change too large' }
    case 'RevisionUnexpected':
      return { status: 412, title: 'Changed meanwhile' }
    case 'ScheduleRefused':
    case 'ScheduleInvalid':
      return { status: 422, title: 'Schedule invalid' }
    case 'ScheduleNeverFires':
      return { status: 422, title: 'Schedule never fires' }
    case 'StoreUnavailable':
      return {
        status: 503,
        title: 'Event store unavailable',
        headers: refusal.retryable ? retryAfter(2) : {},
      }
    case 'NotVisibleYet':
      return { status: 503, title: 'Not visible yet', headers: retryAfter(1) }
    case 'TooManyListeners':
      return { status: 503, title: 'Too many listeners', headers: retryAfter(10) }
    case 'ReadModelUnavailable':
      return { status: 503, title: 'Read models unavailable', headers: retryAfter(2) }
    case 'UndecodableEvent':
      return { status: 500, title: 'Stored event not readable' }
    case 'InternalError':
      return { status: 500, title: 'Internal error' }
    case 'RequestInvalid':
      return { status: 400, title: 'Request invalid' }
    case 'CursorInvalid':
      return { status: 400, title: 'Cursor invalid' }
    case 'BodyCutShort':
      return { status: 400, title: 'Body cut short' }
    case 'BodyTooLarge':
      return { status: 413, title: 'Body too large' }
    case 'BodyTooSlow':
      return { status: 408, title: 'Body too slow' }
    case 'MethodNotAllowed':
      return {
        status: 405,
        title: 'Method not allowed',
        headers: { Allow: refusal.allowed.join(', ') },
      }
  }
}

export const kebab = (type: string): string =>
  type.replaceAll(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()
