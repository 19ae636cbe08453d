// How we come by a server when we start: one that an earlier process left running is taken over, if
// it is what we would start ourselves and lets us in; otherwise it is stopped, and a new one started.
import * as E from 'fp-ts/lib/Either.js'
import { type Clock, sleep } from '../clock.ts'
import { type Log } from '../log.ts'
import { type Binaries } from './binaries.ts'
import { type Cluster, dataFolderOf } from './cluster.ts'
import { serverNameAt } from './connection.ts'
import { chooseEndpoint, discardEndpoint, urlOf } from './endpoint.ts'
import { EmbeddedPostgresError } from './faults.ts'
import { readServerRecord } from './lock-files.ts'
import { readPassword } from './password.ts'
import { type Place } from './place.ts'
import { findOrphan, type Server, startServer, stopServer } from './server.ts'
import { type ServerLog } from './server-log.ts'
import { clusterNameOf } from './server-settings.ts'

/** The server to take over. When it answers null, no server is running on the place any more. */
export const takeOver = async (
  clock: Clock,
  log: Log,
  dataDir: string,
  place: Place,
  binaries: Binaries,
): Promise<Server | null> => {
  const orphan = findOrphan(dataFolderOf(place.home))
  if (orphan === null) {
    const stale = readServerRecord(dataFolderOf(place.home))
    if (stale !== null) discardEndpoint(stale.endpoint)
    return null
  }
  const password = readPassword(dataDir)
  const name = password === null ? null : await serverNameAt(urlOf(orphan.endpoint, password))
  const fits = name !== null && E.isRight(name) && name.right === clusterNameOf(binaries.version)
  if (fits) return orphan
  log.info({ pid: orphan.pid }, 'the postgres that was left running is not fit: starting another')
  await stopServer(clock, orphan)
  discardEndpoint(orphan.endpoint)
  return null
}

/** Stops the server that may still run on a home that is given up. */
export const vacate = async (clock: Clock, home: string): Promise<void> => {
  const orphan = findOrphan(dataFolderOf(home))
  if (orphan !== null) await stopServer(clock, orphan)
}

// What passes by itself: children of a killed server that have not noticed yet, and a loopback port
// that someone took between our choosing it and the server's.
const passing = /shared memory block|could not (create|bind)|lock file/i
const patienceMs = 15_000
const pauseMs = 200

export const startFirst = async (
  clock: Clock,
  cluster: Cluster,
  serverLog: ServerLog,
  signal: AbortSignal | undefined,
): Promise<Server> => {
  const deadline = clock.monotonicNow() + patienceMs
  for (;;) {
    const endpoint = await chooseEndpoint(cluster)
    try {
      return await startServer(clock, cluster, endpoint, serverLog, signal)
    } catch (error) {
      discardEndpoint(endpoint)
      const fault = error instanceof EmbeddedPostgresError ? error.fault : null
      const passes = fault?.type === 'ServerFailed' && passing.test(fault.reason)
      if (!passes || clock.monotonicNow() > deadline) throw error
      await sleep(clock, pauseMs, signal)
    }
  }
}
