// What is there but in no document: tasks of the groups that the documents name, and calendars where
// that is asked for. Removed by ordinary commands as it was found, or not at all. What is read may lag
// behind what was just changed, so a refusal is looked into.
import { setTimeout as sleep } from 'node:timers/promises'
import * as t from 'io-ts'
import { keyText } from '../arguments.ts'
import { Calendars, TaskPage, TaskView } from '../answers.ts'
import { exitCodes, Refusal } from '../command.ts'
import { readPages } from '../pages.ts'
import { Refused, taskPath, type Service } from '../service.ts'
import { differencesOf } from './differences.ts'
import { nameOf, type Document } from './documents.ts'

export interface Surplus {
  readonly kind: 'task' | 'calendar'
  readonly name: string
  readonly remove: (reason: string | undefined) => Promise<void>
}

/** Completed tasks are history and are not surplus. */
export const surplusTasks = async (
  service: Service,
  documents: readonly Document[],
): Promise<readonly Surplus[]> => {
  const tasks = documents.filter((document) => document.kind === 'task')
  const wanted = new Set(tasks.map(nameOf))
  const groups = new Set(tasks.map(({ key }) => key.group))
  const surplus: Surplus[] = []
  for (const group of groups) {
    const { items } = await readPages(service, {
      path: '/api/v1/tasks',
      query: { group, status: 'Active,Paused' },
      codec: TaskPage,
      itemsOf: (page) => page.tasks,
      name: 'tasks',
      countMax: Number.MAX_SAFE_INTEGER,
    })
    for (const key of items.filter((item) => !wanted.has(keyText(item))))
      surplus.push(await surplusTask(service, taskPath(key), keyText(key)))
  }
  return surplus
}

const surplusTask = async (service: Service, path: string, name: string): Promise<Surplus> => {
  const seen = await service.ask({ path, codec: TaskView })
  return {
    kind: 'task',
    name,
    remove: async (reason) => {
      let revision = seen.changeRevision
      for (let attempt = 1; ; attempt++) {
        try {
          await removed(service, path, reason, revision)
          return
        } catch (error) {
          if (!(error instanceof Refused) || error.status !== 412) throw error
          const now = await service.ask({ path, codec: TaskView })
          const isSame =
            now.status === seen.status &&
            differencesOf(now.definition, seen.definition).length === 0
          if (!isSame || attempt === attemptsMax) throw changedMeanwhile(name)
          revision = now.changeRevision
          await sleep(attemptEveryMs)
        }
      }
    },
  }
}

// Longer than a read model that is up to date takes to follow.
const attemptsMax = 40
const attemptEveryMs = 50

export const surplusCalendars = async (
  service: Service,
  documents: readonly Document[],
): Promise<readonly Surplus[]> => {
  const wanted = new Set(
    documents.filter(({ kind }) => kind === 'calendar').map((document) => nameOf(document)),
  )
  const { calendars } = await service.ask({ path: '/api/v1/calendars', codec: Calendars })
  return calendars
    .filter(({ name }) => !wanted.has(name))
    .map(({ name, revision }) => ({
      kind: 'calendar',
      name,
      remove: (reason) =>
        removed(service, `/api/v1/calendars/${encodeURIComponent(name)}`, reason, revision),
    }))
}

const removed = async (
  service: Service,
  path: string,
  reason: string | undefined,
  revision: number,
): Promise<void> => {
  const headers = { 'If-Match': `"${revision}"` }
  await service.send({ method: 'DELETE', path, query: { reason }, headers, codec: t.unknown })
}

const changedMeanwhile = (name: string): Refusal =>
  new Refusal(exitCodes.changedMeanwhile, `${name}: changed meanwhile by somebody else`)
