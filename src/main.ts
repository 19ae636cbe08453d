// The service, assembled: the only place that picks adapters. Decodes the settings, starts what this
// process's roles need in the order in which things stand on each other, and registers how each is
// stopped.
import { hostname } from 'node:os'
import * as E from 'fp-ts/lib/Either.js'
import { defaultApiSettings } from './api/deps.ts'
import { createApi } from './api/server.ts'
import { taskPages } from './api/v1/bulk-order.ts'
import { createCalendarCommands } from './commands/calendars.ts'
import { impatient } from './commands/impatient.ts'
import { createStateCache } from './commands/state-cache.ts'
import { createTaskCommands } from './commands/tasks.ts'
import { decodeConfig, describeProblems, helpText } from './config.ts'
import { shownSettings } from './config/shown.ts'
import type { TaskState } from './domain/task/state.ts'
import type { EventStore } from './event-store/event-store.ts'
import { createPostgresEventStore } from './event-store/postgres/postgres-event-store.ts'
import { createSharedClock } from './nodes/shared-clock.ts'
import { createProjector } from './projections/projector.ts'
import { createQueries } from './projections/queries.ts'
import { createProjections } from './projections/rebuild/status.ts'
import { createBusyness } from './runtime/busyness.ts'
import { sleep } from './runtime/clock.ts'
import {
  describeFault,
  startEmbeddedPostgres,
} from './runtime/embedded-postgres/embedded-postgres.ts'
import { createIds } from './runtime/ids.ts'
import { createLog } from './runtime/log.ts'
import { createShutdown, shutdownOnSignals } from './runtime/shutdown.ts'
import { startBulks } from './service/bulks.ts'
import { clock, closeTimeoutMs, type Ground } from './service/ground.ts'
import { openLogRetention, startLogRetention } from './service/log-retention.ts'
import { joinNodes } from './service/nodes.ts'
import { openReadModels, startProjections } from './service/read-models.ts'
import { readinessOf } from './service/readiness.ts'
import { startScheduler } from './service/scheduling.ts'
import { createPatience } from './service/patience.ts'
import { openTransport } from './service/transports.ts'
import { tryRecallOver } from './service/try-recall.ts'
import { watchAppends } from './service/watched-store.ts'
import { followCalendars, taskDefaultsOf, useCasesOf } from './service/use-cases.ts'

/** A start that cannot go on; the message is for the operator, in one line. */
class StartRefused extends Error {}

type Opening = ReturnType<typeof createPostgresEventStore>

const answerWithinMs = 10_000
const cachedStates = 100_000
const startPatienceMs = 60_000

const databaseUrl = async ({ config, log, shutdown }: Ground): Promise<string> => {
  if (config.databaseUrl !== null) return config.databaseUrl
  const { dataDir } = config
  // Registered before it has started: a signal in between must not leave a server behind.
  const starting = startEmbeddedPostgres({ dataDir, clock, log, signal: shutdown.signal })
  shutdown.register({
    name: 'postgres',
    timeoutMs: 35_000,
    stop: async () => {
      const started = await starting
      if (E.isRight(started)) await started.right.stop()
    },
  })
  const started = await starting
  if (E.isLeft(started)) throw new StartRefused(describeFault(started.left))
  return started.right.url
}

const openEventStore = async (ground: Ground, url: string): Promise<EventStore> => {
  const { log, shutdown } = ground
  const onTrouble = (message: string, details?: object) => log.warn({ ...details }, message)
  const open = url.startsWith('esdb')
    ? await openerOfEventStoreDb(url, onTrouble)
    : createPostgresEventStore({ url, log: onTrouble })
  const store = await patiently(ground, 'the event store', open)
  shutdown.register({
    name: 'event store',
    timeoutMs: closeTimeoutMs,
    stop: () => store.close(),
  })
  return store
}

// Loaded only where it is used.
const openerOfEventStoreDb = async (
  url: string,
  onTrouble: (trouble: string) => void,
): Promise<Opening> => {
  const { openEventStoreDbEventStore } = await import('./event-store/eventstoredb/open.ts')
  return openEventStoreDbEventStore({ url, onTrouble })
}

/** A database that is still starting is waited for; wrong credentials are not. */
const patiently = async (
  { log, shutdown }: Ground,
  what: string,
  open: Opening,
): Promise<EventStore> => {
  const giveUpAt = clock.monotonicNow() + startPatienceMs
  for (;;) {
    const opened = await open()
    if (E.isRight(opened)) return opened.right.store
    const { reason, retryable } = opened.left
    if (!retryable || clock.monotonicNow() > giveUpAt || shutdown.signal.aborted)
      throw new StartRefused(`${what} cannot be opened: ${reason}`)
    log.warn({ reason }, `${what} is not there yet; trying again`)
    await sleep(clock, 1_000, shutdown.signal)
  }
}

const serve = async (ground: Ground): Promise<void> => {
  const { config, log, shutdown, node, ids } = ground
  const url = await databaseUrl(ground)
  const opened = await openEventStore(ground, config.eventStoreUrl ?? url)
  const { store, problem: appendProblem } = watchAppends(opened, {
    log,
    now: () => clock.monotonicNow(),
  })
  const shared = createSharedClock(clock)
  const sharedTime = { ...clock, now: shared.now }
  const nodes = await joinNodes(ground, { url, store, shared })
  const directory = await followCalendars(ground, store)
  const cache = createStateCache<TaskState>(cachedStates)
  const patient = {
    store,
    node,
    newEventId: () => ids.eventId(),
    now: shared.now,
    sleep: (ms: number) => sleep(clock, ms),
    giveUpAfterMs: Number.POSITIVE_INFINITY,
  }
  const useCases = useCasesOf(
    ground,
    directory,
    createTaskCommands({ ...patient, cache }),
    shared.now,
  )
  const db = await openReadModels(ground, url)
  let callsQueued = (): number => 0
  const patienceMs = createPatience(createBusyness(), () => callsQueued())
  const projector = createProjector({ store, db, clock, log, patienceMs })
  const retention = await openLogRetention(ground, url)
  const logWholeFrom = retention.wholeFrom
  if (config.roles.includes('projections'))
    startProjections(ground, projector, { store, db, logWholeFrom })
  const retentionProblem = config.roles.includes('projections')
    ? startLogRetention(ground, retention, { store, useCases })
    : () => null
  const transport = openTransport(ground, useCases.now)
  const scheduler = config.roles.includes('scheduler')
    ? await startScheduler(ground, {
        url,
        store,
        cache,
        useCases,
        transport,
        clock: sharedTime,
        presence: nodes.presence,
      })
    : null
  if (scheduler !== null) callsQueued = () => scheduler.status().queued
  if (!config.roles.includes('api')) {
    log.info({ roles: config.roles }, 'carillon runs')
    return
  }
  const queries = createQueries(db)
  const api = createApi({
    useCases: {
      ...useCases,
      commands: impatient(useCases.commands, {
        answerWithinMs,
        setTimer: (ms, callback) => clock.setTimer(ms, callback),
        problem: appendProblem,
      }),
    },
    calendars: createCalendarCommands(patient),
    bulks: startBulks(ground, patient, useCases, {
      pages: taskPages(queries),
      caughtUp: (position, timeoutMs) => projector.waitFor(position, timeoutMs),
    }),
    tryRecall: tryRecallOver(transport),
    queries,
    projections: createProjections(db),
    store,
    readModels: projector,
    readiness: readinessOf(
      { store, appendProblem },
      config.roles.includes('projections') ? projector : null,
      scheduler,
      queries,
      nodes.presence,
      retentionProblem,
    ),
    settings: { ...defaultApiSettings, contextPaths: config.pathPrefixes },
    nodes: nodes.list,
    outages: nodes.outages,
    shownSettings: shownSettings(config),
    logWholeFrom,
    taskDefaults: taskDefaultsOf(config),
    clock,
    ids,
    log,
    node,
    chance: Math.random,
  })
  const address = await api.listen({ host: config.host, port: config.port })
  shutdown.register({
    name: 'api',
    timeoutMs: closeTimeoutMs + 1_000,
    stop: () => api.close(closeTimeoutMs),
  })
  log.info({ url: address }, `carillon is ready on ${address}`)
  void api.keepWarm()
}

const main = async (): Promise<void> => {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    process.stdout.write(helpText())
    return
  }
  const config = decodeConfig(process.env)
  if (E.isLeft(config)) {
    process.stderr.write(`${describeProblems(config.left)}\n`)
    process.exitCode = 2
    return
  }
  const log = createLog({ level: config.right.logLevel, format: config.right.logFormat })
  const shutdown = createShutdown(clock, log)
  shutdownOnSignals(clock, log, shutdown, process)
  const ids = createIds(() => clock.now())
  const node = `${hostname()}-${process.pid}-${ids.runId().slice(0, 12)}`
  try {
    await serve({ config: config.right, log, shutdown, node, ids })
  } catch (error) {
    if (error instanceof Error && isOperatorError(error)) log.fatal(error.message)
    else log.fatal({ err: error }, 'carillon cannot start')
    await shutdown.begin('the start failed')
    process.exit(1)
  }
}

const isOperatorError = (error: Error & { readonly code?: unknown }): boolean =>
  error instanceof StartRefused || typeof error.code === 'string'

await main()
