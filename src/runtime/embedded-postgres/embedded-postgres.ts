// A PostgreSQL of our own, for those who start with nothing: made on the first start, kept alive
// while we run, stopped with us, and picked up again when we were killed and it was not. One process
// of ours works on a data folder at a time, by a lock of our own.
import { mkdirSync, realpathSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { type Clock } from '../clock.ts'
import { type Log } from '../log.ts'
import { findBinaries } from './binaries.ts'
import { type Cluster, prepareCluster } from './cluster.ts'
import { serverNameAt } from './connection.ts'
import { discardEndpoint, urlOf } from './endpoint.ts'
import { EmbeddedPostgresError, type EmbeddedPostgresFault, faultOf } from './faults.ts'
import { startFirst, takeOver, vacate } from './first-server.ts'
import { type FolderLock, lockFolder } from './folder-lock.ts'
import { choosePlace, farFolder } from './place.ts'
import { type Server, startServer, stopServer } from './server.ts'
import { createServerLog, type ServerLog } from './server-log.ts'
import { defaultTimings, type ServerState, supervise } from './supervisor.ts'
import { type SupervisorTimings } from './supervisor.ts'

export { describeFault, type EmbeddedPostgresFault } from './faults.ts'
export { type ServerState } from './supervisor.ts'

export interface EmbeddedPostgresOptions {
  /** Made when it is not there. */
  readonly dataDir: string
  readonly clock: Clock
  readonly log: Log
  /**
   * Calls the start off, and ends what it has begun. To leave nothing running, wait for the start to
   * end before the process does: register the stop first, then await the start.
   */
  readonly signal?: AbortSignal
  readonly timings?: SupervisorTimings
}

export interface EmbeddedPostgres {
  /** Stays the same for as long as we run, restarts of the server included. Holds the password. */
  readonly url: string
  /** Postgres's own data folder, wherever that is. */
  readonly dataFolder: string
  /** Tells when the server is lost and when it is there again. Answers how to stop listening. */
  readonly onStateChange: (listener: (state: ServerState) => void) => () => void
  /** Cuts off what is connected, writes everything, ends the server, and frees the folder. */
  stop(): Promise<void>
}

export const startEmbeddedPostgres = async (
  options: EmbeddedPostgresOptions,
): Promise<E.Either<EmbeddedPostgresFault, EmbeddedPostgres>> => {
  const locks: FolderLock[] = []
  try {
    return E.right(await start(options, locks))
  } catch (error) {
    locks.forEach((lock) => lock.release())
    const fault = faultOf(error, options.dataDir)
    if (fault === null) throw error
    return E.left(fault)
  }
}

const start = async (
  options: EmbeddedPostgresOptions,
  locks: FolderLock[],
): Promise<EmbeddedPostgres> => {
  const { clock, log, signal } = options
  const startedAt = clock.monotonicNow()
  mkdirSync(options.dataDir, { recursive: true })
  const dataDir = realpathSync(options.dataDir)
  locks.push(await lockFolder(dataDir, clock))
  const place = await choosePlace(dataDir, log, (home) => vacate(clock, home))
  // The home may be elsewhere, and a copy of the data folder leads to the same home.
  locks.push(await lockFolder(place.home, clock))
  const binaries = findBinaries(place.user, farFolder())
  const serverLog = createServerLog(dataDir)

  const found = await takeOver(clock, log, dataDir, place, binaries)
  const cluster = await prepareCluster(dataDir, place, binaries, log)
  const server = found ?? (await startFirst(clock, cluster, serverLog, signal))
  const greeting = await serverNameAt(urlOf(server.endpoint, cluster.password))
  if (E.isLeft(greeting) || signal?.aborted === true) {
    await stopServer(clock, server, cluster)
    throw new EmbeddedPostgresError(
      E.isLeft(greeting)
        ? { type: 'ServerFailed', reason: greeting.left, logFile: serverLog.file }
        : { type: 'StartCancelled' },
    )
  }
  const tookMs = Math.round(clock.monotonicNow() - startedAt)
  const message = found === null ? 'postgres runs' : 'took over the postgres that was left running'
  log.info({ pid: server.pid, folder: cluster.data, tookMs }, message)
  return attend(options, cluster, server, serverLog, locks)
}

/** Hands a running server to the supervisor. */
const attend = (
  { clock, log, dataDir, timings = defaultTimings }: EmbeddedPostgresOptions,
  cluster: Cluster,
  server: Server,
  serverLog: ServerLog,
  locks: readonly FolderLock[],
): EmbeddedPostgres => {
  const { endpoint } = server
  const url = urlOf(endpoint, cluster.password)
  const startAgain = async (signal: AbortSignal): Promise<Server> => {
    try {
      return await startServer(clock, cluster, endpoint, serverLog, signal)
    } catch (error) {
      const fault = faultOf(error, dataDir)
      throw fault === null ? error : new EmbeddedPostgresError(fault)
    }
  }
  const care = {
    start: startAgain,
    stop: (lost: Server) => stopServer(clock, lost, cluster),
    tidy: () => serverLog.bound(),
  }
  const supervisor = supervise(clock, log, care, server, url, timings)
  return {
    url,
    dataFolder: cluster.data,
    onStateChange: supervisor.onStateChange,
    stop: async () => {
      await supervisor.stop()
      discardEndpoint(endpoint)
      locks.forEach((lock) => lock.release())
      log.info('postgres is stopped')
    },
  }
}
