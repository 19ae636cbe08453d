// The task as it would be: as it stands, or as a file says, with the schedule that the options change.
// A rule of the other kind takes over what both kinds know.
import * as t from 'io-ts'
import { durationMsOf, instantOf, integerOf, type TaskKey } from '../arguments.ts'
import { TaskView } from '../answers.ts'
import { usageProblem } from '../command.ts'
import type { Fields } from '../declared/documents.ts'
import { begun } from '../declared/rehearse.ts'
import { taskPath, type Service } from '../service.ts'
import type { Documents } from './documents-for.ts'

export const scheduleOptions = {
  cron: { type: 'string' },
  unix: { type: 'boolean' },
  interval: { type: 'string' },
  repeat: { type: 'string' },
  zone: { type: 'string' },
  start: { type: 'string' },
  end: { type: 'string' },
  misfire: { type: 'string' },
  calendar: { type: 'string', multiple: true },
  'no-calendars': { type: 'boolean' },
} as const

type Values = {
  readonly [K in keyof typeof scheduleOptions]?:
    | (K extends 'unix' | 'no-calendars' ? boolean : K extends 'calendar' ? string[] : string)
    | undefined
}

interface Wanted {
  readonly files: Documents
  readonly values: Values
  readonly now: number
}

/** Undefined: nothing of the task itself would change. */
export const changedTask = async (
  service: Service,
  key: TaskKey,
  { files, values, now }: Wanted,
): Promise<Fields | undefined> => {
  const change = changeOf(values, now)
  if (files.task === null && Object.keys(change).length === 0) return undefined
  const { definition } = await service.ask({ path: taskPath(key), codec: TaskView })
  const task = files.task === null ? definition : begun(files.task, definition)
  const { schedule } = task
  return {
    ...task,
    schedule: { ...kept(t.UnknownRecord.is(schedule) ? schedule : {}, change), ...change },
  }
}

const changeOf = (values: Values, now: number): Fields => {
  const { zone, start, end, misfire, calendar } = values
  const at = (name: string, text: string | undefined): string | undefined =>
    text === undefined ? undefined : new Date(instantOf(name, text, now)).toISOString()
  const change = {
    ...ruleOf(values),
    zone,
    startAt: at('start', start),
    endAt: at('end', end),
    misfire,
    calendars: values['no-calendars'] === true ? [] : calendar,
  }
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}

const ruleOf = ({ cron, unix, interval, repeat }: Values): Fields => {
  if (cron !== undefined && interval !== undefined)
    throw usageProblem('Either --cron or --interval says when.')
  if (cron === undefined && unix === true) throw usageProblem('--unix goes with --cron.')
  if (interval === undefined && repeat !== undefined)
    throw usageProblem('--repeat goes with --interval.')
  if (cron !== undefined)
    return { type: 'cron', expression: cron, dialect: unix === true ? 'unix' : 'quartz' }
  if (interval === undefined) return {}
  const repeatCount = integerOf('repeat', repeat ?? '-1', -1, 2 ** 31 - 1)
  return { type: 'simple', intervalMs: durationMsOf('interval', interval), repeatCount }
}

const common = new Set([
  'zone',
  'endAt',
  'misfireThresholdMs',
  'catchUpMax',
  'catchUpWindowMs',
  'jitterMs',
  'calendars',
])

/** Of the schedule that is changed. */
const kept = (schedule: Fields, change: Fields): Fields => {
  const isOtherKind = change['type'] !== undefined && change['type'] !== schedule['type']
  return isOtherKind
    ? Object.fromEntries(Object.entries(schedule).filter(([name]) => common.has(name)))
    : schedule
}
