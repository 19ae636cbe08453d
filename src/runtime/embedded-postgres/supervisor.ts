// Keeps a server alive. It is lost when its process is gone, or when it has not answered for long;
// then what is left of it is ended and it is started again, at the same address, with growing pauses,
// for as long as it takes. Whoever is connected connects again.
import { type Clock, sleep } from '../clock.ts'
import { type Log } from '../log.ts'
import { createPulse } from './connection.ts'
import { EmbeddedPostgresError } from './faults.ts'
import { isRunning } from './processes.ts'
import { type Server } from './server.ts'

/** What the supervisor does, without how. */
export interface ServerCare {
  /** Starts a new server; a fault is tried again. An abort ends it. */
  start(signal: AbortSignal): Promise<Server>
  stop(server: Server): Promise<void>
  /** Now and then, while the server is well. */
  tidy(): void
}

export interface SupervisorTimings {
  /** How often the server is asked whether it is there. */
  readonly checkEveryMs: number
  /** How long it may be silent before it is started again. */
  readonly silentForMs: number
  readonly firstPauseMs: number
  readonly longestPauseMs: number
  /** A server that lived this long was well: the next pause is short again. */
  readonly wellAfterMs: number
}

export const defaultTimings: SupervisorTimings = {
  checkEveryMs: 5_000,
  silentForMs: 60_000,
  firstPauseMs: 100,
  longestPauseMs: 10_000,
  wellAfterMs: 30_000,
}

export interface Supervisor {
  readonly onStateChange: (listener: (state: ServerState) => void) => () => void
  /** Stops watching, then the server. */
  stop(): Promise<void>
}

/** `lost`: it is gone and being started again. `ready`: it takes connections again. */
export type ServerState = 'lost' | 'ready'

export const supervise = (
  clock: Clock,
  log: Log,
  care: ServerCare,
  first: Server,
  url: string,
  timings: SupervisorTimings,
): Supervisor => {
  const controller = new AbortController()
  const listeners = new Set<(state: ServerState) => void>()
  let server: Server | null = first
  let pauseMs = timings.firstPauseMs

  const tell = (state: ServerState): void => listeners.forEach((listener) => listener(state))

  const restart = async (lost: Server): Promise<void> => {
    tell('lost')
    await care.stop(lost)
    server = null
    for (;;) {
      await sleep(clock, pauseMs, controller.signal)
      if (controller.signal.aborted) return
      pauseMs = Math.min(2 * pauseMs, timings.longestPauseMs)
      try {
        server = await care.start(controller.signal)
        log.info({ pid: server.pid }, 'postgres runs again')
        return tell('ready')
      } catch (error) {
        if (!(error instanceof EmbeddedPostgresError)) throw error
        if (error.fault.type === 'StartCancelled') return
        log.error({ reason: error.message }, 'cannot start postgres again yet')
      }
    }
  }

  const run = async (): Promise<void> => {
    while (server !== null && !controller.signal.aborted) {
      const startedAt = clock.monotonicNow()
      const reason = await watch(clock, server, url, care, timings, controller.signal)
      if (reason === null) return
      if (clock.monotonicNow() - startedAt > timings.wellAfterMs) pauseMs = timings.firstPauseMs
      log.error({ pid: server.pid, reason }, 'lost postgres; starting it again')
      await restart(server)
    }
  }

  const running = run()
  return {
    onStateChange: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: async () => {
      controller.abort()
      await running
      if (server !== null) await care.stop(server)
    },
  }
}

/** Resolves with the reason when the server is lost, with null when the watch is called off. */
const watch = async (
  clock: Clock,
  server: Server,
  url: string,
  care: ServerCare,
  timings: SupervisorTimings,
  signal: AbortSignal,
): Promise<string | null> => {
  let wake = new AbortController()
  const pulse = createPulse(url, () => wake.abort())
  const stopWaiting = (): void => wake.abort()
  signal.addEventListener('abort', stopWaiting)
  let answeredAt = clock.monotonicNow()
  try {
    while (!signal.aborted) {
      if (!isRunning(server.process)) return 'its process ended'
      const answer = await pulse.beat()
      if (answer !== 'silent') answeredAt = clock.monotonicNow()
      else if (clock.monotonicNow() - answeredAt > timings.silentForMs) return 'it does not answer'
      care.tidy()
      const pauseMs = answer === 'answered' ? timings.checkEveryMs : timings.firstPauseMs
      await sleep(clock, pauseMs, wake.signal)
      wake = new AbortController()
    }
    return null
  } finally {
    signal.removeEventListener('abort', stopWaiting)
    await pulse.close()
  }
}
