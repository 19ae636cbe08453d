// What the gap alarm answers, as plain values.
import type { Instant } from '../../domain/instant.ts'
import type { TaskId } from '../../domain/task/ids.ts'

export interface GapsFilter {
  readonly tenant: string
  readonly group?: string | undefined
  /** Only together with `group`. */
  readonly job?: string | undefined
}

/** Planned instants without a verdict, though their time and the grace time are over. */
export interface GapView {
  readonly taskId: TaskId
  /** `undecided`: nobody has decided them yet; `passed`: the log went on without them. */
  readonly state: 'undecided' | 'passed'
  readonly first: Instant
  readonly last: Instant
  /** Counting stops at 10,000; `countExact` is false then. */
  readonly count: number
  readonly countExact: boolean
  /** When the first was due, or when it was passed. */
  readonly since: Instant
}

/** How long a verdict may take. */
export const gapGraceMs = 60_000
