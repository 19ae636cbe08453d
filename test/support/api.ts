// The API over real HTTP, standing on a memory event store. Its questions are answered from that
// store's log as far as the calls themselves need it; the read models proper have tests of their own.
import * as TE from 'fp-ts/lib/TaskEither.js'
import { createApi } from '../../src/api/server.ts'
import { defaultApiSettings, type ApiDeps, type ApiSettings } from '../../src/api/deps.ts'
import { taskPages } from '../../src/api/v1/bulk-order.ts'
import { createBulkCommands } from '../../src/commands/bulk/bulk-commands.ts'
import { createBulkWorker, type BulkWorker } from '../../src/commands/bulk/bulks.ts'
import { targetsOf } from '../../src/commands/bulk/targets.ts'
import { createCalendarCommands, createCalendarDirectory } from '../../src/commands/calendars.ts'
import { createStateCache } from '../../src/commands/state-cache.ts'
import { createTaskCommands } from '../../src/commands/tasks.ts'
import { instantAt } from '../../src/domain/instant.ts'
import { defaultPolicy } from '../../src/domain/task/definition.ts'
import { RunId, taskOfStream } from '../../src/domain/task/ids.ts'
import {
  createMemoryEventStore,
  type MemoryEventStore,
} from '../../src/event-store/memory/memory-event-store.ts'
import type { MemoryFaults } from '../../src/event-store/memory/faults.ts'
import type { EventStore } from '../../src/event-store/event-store.ts'
import type { Queries } from '../../src/projections/queries.ts'
import { sleep, systemClock } from '../../src/runtime/clock.ts'
import { createIds } from '../../src/runtime/ids.ts'
import { createLog } from '../../src/runtime/log.ts'
import { createTargetGuard } from '../../src/scheduler/recall/target-guard.ts'
import { byTarget } from '../../src/scheduler/recall/transports/by-target.ts'
import { createHttpTransport } from '../../src/scheduler/recall/transports/http.ts'
import { createSocketTransport } from '../../src/scheduler/recall/transports/socket.ts'
import { tryRecallOver } from '../../src/service/try-recall.ts'
import { holdTo } from './described.ts'
import { right } from './either.ts'

export interface TestApi {
  readonly url: string
  readonly log: MemoryEventStore['log']
  readonly store: MemoryEventStore['store']
  readonly bulks: BulkWorker
  readonly post: (path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Reply>
  readonly send: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Reply>
  readonly close: (graceMs?: number) => Promise<void>
}

export interface Reply {
  readonly status: number
  readonly headers: Headers
  // Whatever the API answers; tests look into it as callers do, without a type.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any
}

interface Options {
  readonly settings?: Partial<ApiSettings>
  readonly faults?: MemoryFaults
  /** Another process of the same service: they share the log. */
  readonly beside?: Pick<TestApi, 'store' | 'log'>
  readonly deps?: Partial<ApiDeps> | ((store: EventStore) => Partial<ApiDeps>)
  /** The time commands are issued at; the machine's unless given. */
  readonly now?: () => number
}

export const startApi = async ({
  settings,
  faults,
  beside,
  deps,
  now = Date.now,
}: Options = {}): Promise<TestApi> => {
  const { store, log } =
    beside ?? createMemoryEventStore({ now: Date.now, ...(faults === undefined ? {} : { faults }) })
  const ids = createIds(Date.now)
  const handling = {
    store,
    node: 'test',
    newEventId: () => ids.eventId(),
    now: Date.now,
    sleep: (ms: number) => sleep(systemClock, ms),
    giveUpAfterMs: 100,
  }
  const commands = createTaskCommands({ ...handling, cache: createStateCache(1_000) })
  const directory = createCalendarDirectory(store)
  const closing = new AbortController()
  void directory.run(closing.signal)
  const refuseAddress = createTargetGuard({ allow: [], deny: [] })
  const calling = { now: () => instantAt(Date.now()), refuseAddress }
  const transport = byTarget({
    http: createHttpTransport(calling),
    socket: createSocketTransport(calling),
  })
  const useCases = {
    commands,
    now: () => instantAt(now()),
    newRunId: () => right(RunId.decode(ids.runId())),
    planningContext: () => ({ calendars: directory.snapshot(), tzVersion: 'test' }),
  }
  const given = typeof deps === 'function' ? deps(store) : deps
  const bulks = createBulkWorker({
    useCases,
    commands: createBulkCommands(handling),
    pages: taskPages(given?.queries ?? queriesOver(log)),
    caughtUp: (position, timeoutMs) =>
      given?.readModels?.waitFor(position, timeoutMs) ?? Promise.resolve(true),
    targetsOf: (bulkId) => targetsOf(handling, bulkId),
    monotonicNow: () => performance.now(),
    sleep: (ms) => sleep(systemClock, ms),
    sleepUnless: (ms, signal) => sleep(systemClock, ms, signal),
    warn: () => undefined,
  })
  const api = createApi({
    useCases,
    bulks,
    calendars: createCalendarCommands(handling),
    tryRecall: tryRecallOver(transport),
    queries: queriesOver(log),
    projections: { list: away, rebuild: away },
    store,
    readModels: { waitFor: () => Promise.resolve(true) },
    readiness: [],
    settings: {
      ...defaultApiSettings,
      contextPaths: ['/iuap-dispatch-service', '/iuap-saas-dispatch-service'],
      ...settings,
    },
    nodes: TE.right([]),
    outages: () => [],
    shownSettings: [],
    logWholeFrom: () => Promise.resolve(null),
    taskDefaults: {
      zone: 'Asia/Shanghai',
      misfireThresholdMs: 60_000,
      catchUpMax: 100,
      policy: defaultPolicy,
    },
    clock: systemClock,
    ids,
    log: createLog({ level: 'error', format: 'pretty' }),
    node: 'test',
    chance: () => 0,
    ...given,
  })
  const url = await api.listen({ host: '127.0.0.1', port: 0 })
  hold ??= holdTo(await (await fetch(`${url}/api/v1/openapi.json`)).json())
  return {
    url,
    log,
    store,
    bulks,
    post: (path, body, headers) => post(url, path, body, headers),
    get: async (path, headers) =>
      reply('GET', path, undefined, await fetch(`${url}${path}`, { headers: headers ?? {} })),
    send: async (method, path, body, headers = {}) =>
      reply(
        method,
        path,
        body,
        await fetch(`${url}${path}`, {
          method,
          headers,
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        }),
      ),
    close: async (graceMs = 1_000) => {
      closing.abort()
      await Promise.all([transport.close(), bulks.stop()])
      return api.close(graceMs)
    },
  }
}

/** The description is the same whatever the API stands on. */
let hold: ReturnType<typeof holdTo> | undefined

const post = async (
  url: string,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> => {
  const raw = typeof body === 'string' || body instanceof Uint8Array
  const init = raw
    ? { headers, body }
    : {
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body ?? {}),
      }
  const sent = raw ? undefined : (body ?? {})
  return reply('POST', path, sent, await fetch(`${url}${path}`, { method: 'POST', ...init }))
}

const reply = async (
  method: string,
  path: string,
  sent: unknown,
  response: Response,
): Promise<Reply> => {
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  const json = isJson ? JSON.parse(text) : text
  const { status, headers } = response
  hold?.({ method, path, sent, status, headers, json })
  return { status, headers, json }
}

const away = () =>
  TE.left({ type: 'ReadModelUnavailable', reason: 'not in this test', retryable: true } as const)

/** Knows whose run is whose; everything else is not there, as when the database is away. */
export const queriesOver = (log: MemoryEventStore['log']): Queries => {
  return {
    tasks: away,
    task: away,
    groups: away,
    runs: away,
    run: away,
    activity: away,
    ledger: away,
    recentVerdicts: away,
    gaps: away,
    gapCount: away,
    stats: away,
    summary: away,
    position: away,
    retainedFrom: away,
    standings: away,
    moment: away,
    momentOf: away,
    horizon: away,
    tasksAt: away,
    versions: away,
    standingsAt: away,
    taskOfRun: (runId) => {
      const triggered = log().find(
        ({ type, data }) =>
          type === 'TaskTriggered' && (data as { runId?: string }).runId === runId,
      )
      const item = triggered === undefined ? null : right(taskOfStream(triggered.stream))
      return TE.right({ item, freshness: { position: null, ageMs: 0 } })
    },
  }
}

export const typesOf = (log: MemoryEventStore['log']): readonly string[] =>
  log().map(({ type }) => type)
