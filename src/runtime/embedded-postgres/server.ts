// One server process: started in a session of its own, so that a Ctrl-C meant for us does not reach
// it, or taken over from an earlier life of ours; and stopped, gently first. Knows nothing of why.
import { spawn, spawnSync } from 'node:child_process'
import { closeSync } from 'node:fs'
import { type Clock, sleep } from '../clock.ts'
import { type Cluster, serverEnvironment } from './cluster.ts'
import { type Endpoint } from './endpoint.ts'
import { EmbeddedPostgresError } from './faults.ts'
import { clearStaleLocks, findServer, readServerRecord } from './lock-files.ts'
import { identify, isRunning, type ProcessIdentity } from './processes.ts'
import { type ServerLog } from './server-log.ts'
import { serverArguments } from './server-settings.ts'
import { identityOf } from './server-user.ts'

export interface Server {
  readonly process: ProcessIdentity
  readonly pid: number
  readonly endpoint: Endpoint
}

const pollMs = 15

/**
 * Starts the server and waits until it takes connections, however long it has to recover; an abort
 * ends it again.
 */
export const startServer = async (
  clock: Clock,
  cluster: Cluster,
  endpoint: Endpoint,
  serverLog: ServerLog,
  signal?: AbortSignal,
): Promise<Server> => {
  clearStaleLocks(cluster.data, endpoint, cluster.user)
  const output = serverLog.open()
  const child = spawn(cluster.binaries.postgres, serverArguments(cluster, endpoint), {
    ...identityOf(cluster.user),
    cwd: '/',
    env: serverEnvironment,
    detached: true,
    windowsHide: true,
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  child.unref()
  let failure: string | null = null
  child.once('error', (error) => (failure = error.message))
  child.once('exit', () => (failure ??= serverLog.lastComplaint() ?? 'it ended without a word'))
  for (;;) {
    await sleep(clock, pollMs)
    // Assigned in a listener, which the compiler does not follow.
    const reason = failure as string | null
    if (reason !== null || child.pid === undefined) {
      throw new EmbeddedPostgresError({
        type: 'ServerFailed',
        reason: reason ?? 'it could not be started',
        logFile: serverLog.file,
      })
    }
    const identity = identify(child.pid)
    if (identity === null) continue
    const server = { process: identity, pid: child.pid, endpoint }
    if (signal?.aborted === true) {
      await stopServer(clock, server, cluster)
      throw new EmbeddedPostgresError({ type: 'StartCancelled' })
    }
    const record = readServerRecord(cluster.data)
    if (record?.pid === child.pid && record.ready) return server
  }
}

/** The server that an earlier process left running on this data folder. */
export const findOrphan = (data: string): Server | null => {
  const record = findServer(data)
  const identity = record === null ? null : identify(record.pid)
  return record === null || identity === null
    ? null
    : { process: identity, pid: record.pid, endpoint: record.endpoint }
}

const patienceMs = { fast: 20_000, immediate: 5_000, killed: 5_000 }

/**
 * Ends the server: first open sessions are cut off and everything is written ("fast"); if that takes
 * too long, at once ("immediate", with recovery at the next start); then by force.
 */
export const stopServer = async (
  clock: Clock,
  server: Server,
  cluster?: Cluster,
): Promise<void> => {
  if (process.platform === 'win32' && cluster !== undefined) {
    spawnSync(cluster.binaries.pgCtl, ['stop', '-D', cluster.data, '-m', 'fast', '-w'])
  }
  const steps = [
    ['SIGINT', patienceMs.fast],
    ['SIGQUIT', patienceMs.immediate],
    ['SIGKILL', patienceMs.killed],
  ] as const
  for (const [signal, patience] of steps) {
    if (!isRunning(server.process)) return
    send(signal, server.pid)
    if (await isGoneWithin(clock, server, patience)) return
  }
}

const send = (signal: NodeJS.Signals, pid: number): void => {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended by itself in this very moment.
  }
}

const isGoneWithin = async (clock: Clock, server: Server, patience: number): Promise<boolean> => {
  const deadline = clock.monotonicNow() + patience
  while (isRunning(server.process)) {
    if (clock.monotonicNow() > deadline) return false
    await sleep(clock, pollMs)
  }
  return true
}
