// What is said of one route beside what its decoder says itself: its name, what it is for, what its
// body and its answers are. Parameters are not repeated here; they are the question's own.
import type * as t from 'io-ts'

export type Tag =
  | 'Tasks'
  | 'Changing tasks'
  | 'Runs'
  | 'Bulk'
  | 'Recalls'
  | 'Schedules'
  | 'Calendars'
  | 'Activity'
  | 'Service'
  | 'Dispatchserver'

export interface Answer {
  readonly status: number
  readonly about: string
  /** Any of these. */
  readonly bodies: readonly t.Mixed[]
  /** For a file: its type, instead of JSON. */
  readonly files?: readonly string[]
}

export interface Operation {
  readonly id: string
  readonly tag: Tag
  readonly summary: string
  readonly about?: string
  readonly body?: t.Mixed
  /** The body may be left out. */
  readonly bodyMayLack?: boolean
  readonly bodyTypes?: readonly string[]
  readonly answers: readonly Answer[]
  /** Statuses of refusals beyond those that every route has. */
  readonly refuses?: readonly number[]
  /** Names of header parameters of its own. */
  readonly headers?: readonly HeaderName[]
  /** Its answer carries the revision as `ETag`. */
  readonly etag?: boolean
}

export type HeaderName = 'If-Match' | 'If-None-Match' | 'Accept-Language' | 'Last-Event-ID'

/** By method and path: `GET /api/v1/tasks/{group}/{job}`. */
export type Operations = Readonly<Record<string, Operation>>

/** The one answer most have. */
export const answers = (body: t.Mixed, about = 'What was asked for.'): readonly Answer[] => [
  { status: 200, about, bodies: [body] },
]

export const accepts = (body: t.Mixed): readonly Answer[] => [
  { status: 202, about: 'It goes on behind the answer.', bodies: [body] },
]
