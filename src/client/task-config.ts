// `taskConfig` of `add.do`: the original document's configuration classes, and the exact form in which
// they travel. Dates travel as epoch milliseconds, which no zone can change.
import type { InstantLike } from './connection.ts'

export type IntervalType = 'NULL' | 'MILLISECOND' | 'SECOND' | 'MINUTE' | 'HOUR'

interface TaskFields {
  readonly jobCode: string
  readonly groupCode: string
  /** Larger goes first in a backlog. */
  readonly priority?: number
  readonly endDate?: InstantLike
  /** Beyond the original's fields: `timeZone`, `misfire`, `name`, `description`, `calendars` … */
  readonly more?: Readonly<Record<string, unknown>>
}

/** A task that fires when a Quartz expression says. */
export class CronTaskConfig {
  readonly triggerType = 'CronTrigger'
  readonly #fields: TaskFields & { readonly cronExpress: string }

  constructor(fields: TaskFields & { readonly cronExpress: string }) {
    this.#fields = fields
  }

  toJSON(): object {
    const { cronExpress } = this.#fields
    return { triggerType: this.triggerType, ...commonOf(this.#fields), cronExpress }
  }
}

/** A task that fires at an instant, and again after equal intervals where `timeConfig` says so. */
export class SimpleTaskConfig {
  readonly triggerType = 'SimpleTrigger'
  readonly #fields: TaskFields & SimpleFields

  constructor(fields: TaskFields & SimpleFields) {
    this.#fields = fields
  }

  toJSON(): object {
    const { startDate, timeConfig } = this.#fields
    return {
      triggerType: this.triggerType,
      ...commonOf(this.#fields),
      ...(startDate === undefined ? {} : { startDate: dateOf(startDate) }),
      ...(timeConfig === undefined ? {} : { timeConfig }),
    }
  }
}

interface SimpleFields {
  /** The first fire; now unless given. */
  readonly startDate?: InstantLike
  /** Left out: one run. */
  readonly timeConfig?: TimeConfig
}

/** How a simple task repeats. */
export class TimeConfig {
  readonly interval: number
  readonly intervalType: IntervalType
  readonly isForever: boolean
  /** Exactly so many runs, unless it is for ever. */
  readonly repeatCount: number

  constructor({ interval, intervalType, isForever = false, repeatCount = 0 }: TimeFields) {
    this.interval = interval
    this.intervalType = intervalType
    this.isForever = isForever
    this.repeatCount = repeatCount
  }
}

interface TimeFields {
  readonly interval: number
  readonly intervalType: IntervalType
  readonly isForever?: boolean
  readonly repeatCount?: number
}

export type TaskConfig = CronTaskConfig | SimpleTaskConfig

const commonOf = ({ jobCode, groupCode, priority, endDate, more }: TaskFields) => ({
  ...more,
  jobCode,
  groupCode,
  ...(priority === undefined ? {} : { priority }),
  ...(endDate === undefined ? {} : { endDate: dateOf(endDate) }),
})

/** Text is sent as it is: the service reads it in the task's zone where it names none. */
const dateOf = (date: InstantLike): number | string =>
  date instanceof Date ? date.getTime() : date
