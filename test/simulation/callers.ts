// What people ask for: tasks added, replaced, paused, resumed, run, deleted, runs cancelled, calendars
// defined and removed, in any order and mostly without regard for each other. Some tasks are changed
// all the time; many are asked for once and left alone, so that nothing heals what goes wrong with them.
import type { CalendarCommand } from '../../src/domain/calendar/decider.ts'
import { CalendarId } from '../../src/domain/calendar/ids.ts'
import { instantAt } from '../../src/domain/instant.ts'
import type { TaskCommand } from '../../src/domain/task/commands.ts'
import { defaultPolicy } from '../../src/domain/task/definition.ts'
import type { RunId, TaskId } from '../../src/domain/task/ids.ts'
import type { Chance } from '../support/chance.ts'
import { definitionOf, every, taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { drawDefinition, type Pace } from './definitions.ts'
import type { Replica } from './replica.ts'

export interface Callers {
  readonly task: (asked: Asked, pace: Pace) => TaskCommand
  readonly calendar: (asked: Asked) => CalendarCommand
  /** At the end of a rush most of what fires by the second is put to rest. */
  readonly quieten: (asked: Asked) => readonly TaskCommand[]
  /** For a while some tasks fire all the time. */
  readonly liven: (asked: Asked) => readonly TaskCommand[]
  /** Somebody remembers a run, to cancel it later. */
  readonly note: (taskId: TaskId, runId: RunId) => void
}

type Asked = Pick<Replica, 'now' | 'newRunId' | 'planningContext'>

const busyTasks = 6
const quietTasks = 30
const livelyTasks = 3
const livelyMs = 60_000
export const calendarNames = ['c1', 'c2'] as const

export const createCallers = (chance: Chance): Callers => {
  let lastPaused: TaskId | null = null
  let lastRun: { readonly taskId: TaskId; readonly runId: RunId } | null = null

  const planned = (taskId: TaskId, asked: Asked) => ({
    taskId,
    issuedAt: asked.now(),
    runId: asked.newRunId(),
    context: asked.planningContext(),
  })

  const add = (taskId: TaskId, asked: Asked, pace: Pace): TaskCommand => {
    const issuedAt = asked.now()
    const definition = drawDefinition(chance, issuedAt, pace)
    return { type: 'AddTask', taskId, issuedAt, definition, replace: chance.happens(0.7) }
  }

  const ofQuietTask = (asked: Asked, pace: Pace): TaskCommand => {
    const id = taskId(`q${chance.between(1, quietTasks)}`)
    if (chance.happens(0.85)) return add(id, asked, pace === 'fast' ? 'brief' : pace)
    const issuedAt = asked.now()
    lastPaused = id
    const until = instantAt(issuedAt + chance.between(1, 60_000))
    return { type: 'PauseTask', taskId: id, issuedAt, until }
  }

  return {
    task: (asked, pace) => {
      const issuedAt = asked.now()
      if (chance.happens(0.3)) return ofQuietTask(asked, pace)
      const id = taskId(`t${chance.between(1, busyTasks)}`)
      // As whoever shortens the log does, of a task in whatever state it is.
      if (chance.happens(0.05))
        return { type: 'CarryForward', taskId: chance.pick([id, lastPaused ?? id]), issuedAt }
      const draw = chance.next()
      if (draw < 0.42) return add(id, asked, pace)
      if (draw < 0.56) {
        const until = chance.happens(0.4) ? instantAt(issuedAt + chance.between(1, 60_000)) : null
        return { type: 'PauseTask', taskId: id, issuedAt, until }
      }
      if (draw < 0.74) return { type: 'ResumeTask', ...planned(id, asked) }
      if (draw < 0.85) return { type: 'TriggerTask', ...planned(id, asked) }
      if (draw < 0.89) return { type: 'RerunTask', ...planned(id, asked) }
      if (draw < 0.95 && lastRun !== null) {
        const its = chance.happens(0.7) ? lastRun.taskId : id
        return { type: 'CancelRun', taskId: its, issuedAt, runId: lastRun.runId }
      }
      return { type: 'DeleteTask', taskId: id, issuedAt }
    },
    calendar: (asked) => {
      const name = chance.pick(calendarNames)
      const calendarId = right(CalendarId.decode({ tenant: 'default', name }))
      const issuedAt = asked.now()
      if (chance.happens(0.25)) return { type: 'RemoveCalendar', calendarId, issuedAt }
      const [from, to] = [chance.between(0, 39), chance.between(40, 59)]
      const rule = { type: 'cron', expression: `${from}-${to} * * * * ?` } as const
      const definition = { zone: 'UTC', rules: [rule], exemptDates: [] }
      return { type: 'DefineCalendar', calendarId, definition, replace: true, issuedAt }
    },
    quieten: (asked) =>
      Array.from({ length: busyTasks }, (_, n) => taskId(`t${n + 1}`)).flatMap(
        (id): readonly TaskCommand[] => {
          const draw = chance.next()
          const issuedAt = asked.now()
          if (draw < 0.2) return [{ type: 'PauseTask', taskId: id, issuedAt, until: null }]
          if (draw < 0.35) return [{ type: 'DeleteTask', taskId: id, issuedAt }]
          const definition = drawDefinition(chance, issuedAt, 'slow')
          return [{ type: 'AddTask', taskId: id, issuedAt, definition, replace: true }]
        },
      ),
    liven: (asked) =>
      Array.from({ length: livelyTasks }, (_, n) => {
        const issuedAt = asked.now()
        const endAt = instantAt(issuedAt + livelyMs)
        const schedule = every(500, { startAt: issuedAt, endAt })
        const policy = { ...defaultPolicy, timeoutMs: 3_000 }
        const definition = definitionOf(schedule, { policy })
        return { type: 'AddTask', taskId: taskId(`l${n + 1}`), issuedAt, definition, replace: true }
      }),
    note: (taskId, runId) => void (lastRun = { taskId, runId }),
  }
}
