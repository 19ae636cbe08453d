// What the use cases stand on: commands, ids, and the calendars as this process knows them.
import * as E from 'fp-ts/lib/Either.js'
import { createCalendarDirectory, type CalendarDirectory } from '../commands/calendars.ts'
import type { TaskCommands } from '../commands/tasks.ts'
import type { UseCaseDeps } from '../commands/use-case.ts'
import type { Config } from '../config.ts'
import { instantAt } from '../domain/instant.ts'
import { defaultPolicy } from '../domain/task/definition.ts'
import { RunId } from '../domain/task/ids.ts'
import type { EventStore } from '../event-store/event-store.ts'
import { closeTimeoutMs, live, type Ground } from './ground.ts'

/** Follows the calendars' streams; resolves when all that are there are known. */
export const followCalendars = async (
  ground: Ground,
  store: EventStore,
): Promise<CalendarDirectory> => {
  const directory = createCalendarDirectory(store)
  const running = live(ground, 'the calendar directory', directory.run(ground.shutdown.signal))
  ground.shutdown.register({ name: 'calendars', timeoutMs: closeTimeoutMs, stop: () => running })
  await directory.ready
  return directory
}

export const useCasesOf = (
  ground: Ground,
  directory: CalendarDirectory,
  commands: TaskCommands,
  now: () => number,
): UseCaseDeps => ({
  commands,
  now: () => instantAt(now()),
  newRunId: () => newRunId(ground),
  planningContext: () => ({
    calendars: directory.snapshot(),
    tzVersion: process.versions['tz'] ?? 'unknown',
  }),
})

const newRunId = ({ ids }: Ground): RunId => {
  const id = RunId.decode(ids.runId())
  if (E.isLeft(id)) throw new Error('run ids are 32 hex digits')
  return id.right
}

/** What a task gets that does not say. */
export const taskDefaultsOf = (config: Config) => ({
  zone: config.timeZone,
  misfireThresholdMs: config.misfireThresholdMs,
  catchUpMax: 100,
  policy: { ...defaultPolicy, timeoutMs: config.recallTimeoutMs },
})
