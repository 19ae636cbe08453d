// A small world in which situations are constructed: the API over a log, a clock that stands where it is
// put, a scheduler that decides when told, and processes that come and go. Times are seconds after
// 08:00 UTC on 23 November 2026, or instants as text.
import { createNodeCommands, createNodeDirectory } from '../../src/commands/nodes.ts'
import { createStateCache } from '../../src/commands/state-cache.ts'
import { createTaskCommands } from '../../src/commands/tasks.ts'
import { createCalendarDirectory } from '../../src/commands/calendars.ts'
import { instantAt, type Instant } from '../../src/domain/instant.ts'
import type { NodeCommand } from '../../src/domain/node/decider.ts'
import { NodeId } from '../../src/domain/node/ids.ts'
import type { AttemptResult } from '../../src/domain/task/commands.ts'
import { RunId } from '../../src/domain/task/ids.ts'
import { createIds } from '../../src/runtime/ids.ts'
import { taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { startApi, type Reply, type TestApi } from '../support/api.ts'

export type Time = number | string

export const instantOf = (time: Time): Instant =>
  instantAt(typeof time === 'string' ? Date.parse(time) : Date.UTC(2026, 10, 23, 8) + time * 1_000)

export interface World {
  readonly api: TestApi
  readonly put: (time: Time, schedule: object, others?: object) => Promise<void>
  /** One of the `.do` calls by somebody: `pause`, `resumeTask`, `delete`, `trigger`. */
  readonly call: (time: Time, call: string, by: string, reason?: string) => Promise<Reply>
  readonly rest: (time: Time, method: string, path: string, body?: object) => Promise<Reply>
  /** The scheduler decides what is due. */
  readonly decide: (time: Time) => Promise<void>
  /** What came of the first attempt of the run of an instant. */
  readonly attempt: (time: Time, scheduledFor: Time, result: AttemptResult) => Promise<void>
  readonly runOf: (scheduledFor: Time) => RunId
  readonly node: (time: Time, name: string, command: NodeDoing) => Promise<void>
  readonly why: (now: Time, asked: Time) => Promise<Reply>
  readonly close: () => Promise<void>
}

type DistributiveOmit<T, K extends string> = T extends unknown ? Omit<T, K> : never
type NodeDoing = DistributiveOmit<NodeCommand, 'nodeId' | 'issuedAt'>

export const task = '/api/v1/tasks/g/j'
export const started: NodeDoing = {
  type: 'StartNode',
  roles: ['api', 'scheduler'],
  version: '1',
  tzVersion: '2025c',
  host: 'host',
  pid: 1,
}
const recall = { type: 'http', url: 'http://127.0.0.1:9/run' }
const key = taskId('j', 'g')

export const createWorld = async (): Promise<World> => {
  let now = instantOf(0)
  const at = (time: Time): Instant => (now = instantOf(time))
  let directory: ReturnType<typeof createNodeDirectory> | null = null
  const stop = new AbortController()
  const api = await startApi({
    now: () => now,
    deps: (store) => {
      directory = createNodeDirectory(store)
      void directory.run(stop.signal)
      return { outages: directory.outages }
    },
  })
  const { store, log } = api
  const ids = createIds(Date.now)
  const handling = {
    ...{ store, node: 'world', newEventId: () => ids.eventId(), now: () => now },
    ...{ sleep: () => Promise.resolve(), giveUpAfterMs: 100 },
  }
  const commands = createTaskCommands({ ...handling, cache: createStateCache(10) })
  const calendars = createCalendarDirectory(store)
  void calendars.run(stop.signal)
  const nodes = createNodeCommands(handling)
  const context = { source: 'scheduler', correlationId: 'c' } as const
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

  const runOf = (scheduledFor: Time): RunId => {
    const planned = new Date(instantOf(scheduledFor)).toISOString()
    const fire = log().find(
      ({ type, data }) =>
        type === 'TaskTriggered' && (data as { scheduledFor: string }).scheduledFor === planned,
    )
    return right(RunId.decode((fire?.data as { runId?: unknown } | undefined)?.runId))
  }

  return {
    api,
    runOf,
    put: async (time, schedule, others = {}) => {
      at(time)
      const reply = await api.send('PUT', task, { schedule, recall, ...others })
      if (reply.status >= 300) throw new Error(JSON.stringify(reply.json))
    },
    call: (time, call, by, reason) => {
      at(time)
      const body = { groupName: 'g', jobName: 'j', ...(reason === undefined ? {} : { reason }) }
      return api.post(`/dispatchserver/${call}.do`, body, { cookie: `userid=${by}` })
    },
    rest: (time, method, path, body) => {
      at(time)
      return api.send(method, path, body)
    },
    decide: async (time) => {
      const issuedAt = at(time)
      await settled()
      const planning = { calendars: calendars.snapshot(), tzVersion: 'test' }
      const runId = right(RunId.decode(ids.runId()))
      const command = { type: 'DecideOccurrences', taskId: key, issuedAt, runId } as const
      right(await commands.handle({ ...command, context: planning }, context)())
    },
    attempt: async (time, scheduledFor, result) => {
      const command = { type: 'RecordAttempt', taskId: key, attempt: 1, report: null } as const
      const run = { runId: runOf(scheduledFor), issuedAt: at(time), chance: 0 }
      right(await commands.handle({ ...command, ...run, result }, context)())
    },
    node: async (time, name, command) => {
      const of = { nodeId: right(NodeId.decode(name)), issuedAt: at(time) }
      right(await nodes.handle({ ...command, ...of }, context)())
      await settled()
    },
    why: (asking, asked) => {
      at(asking)
      return api.get(`${task}/why?at=${new Date(instantOf(asked)).toISOString()}`)
    },
    close: () => {
      stop.abort()
      return api.close()
    },
  }
}
