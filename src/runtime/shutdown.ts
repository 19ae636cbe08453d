// Ends the process in order, once. Whatever is started registers how it is stopped; stopping runs
// backwards, so that nothing loses what it stands on. Every step has a time limit, and one that
// fails or overruns does not keep the later ones from running. Knows no room of the service.
import { type Clock } from './clock.ts'
import { type Log } from './log.ts'

export interface ShutdownStep {
  /** As it is read in the log: `the scheduler`, `postgres`. */
  readonly name: string
  readonly timeoutMs: number
  readonly stop: () => Promise<void> | void
}

export interface Shutdown {
  /** Steps run one after another, the last one registered first. */
  register(step: ShutdownStep): void
  /** Aborts as soon as the shutdown begins: loops and waits listen to it. */
  readonly signal: AbortSignal
  /** Begins, or joins what has begun. Resolves to true when every step ended well and in time. */
  begin(reason: string): Promise<boolean>
}

export const createShutdown = (clock: Clock, log: Log): Shutdown => {
  const steps: ShutdownStep[] = []
  const controller = new AbortController()
  let running: Promise<boolean> | undefined

  const run = async (reason: string): Promise<boolean> => {
    log.info({ reason }, 'stopping')
    controller.abort(reason)
    let clean = true
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      clean = (await runStep(clock, log, step)) && clean
    }
    return clean
  }

  return {
    register: (step) => void steps.push(step),
    signal: controller.signal,
    begin: (reason) => (running ??= run(reason)),
  }
}

const runStep = async (clock: Clock, log: Log, step: ShutdownStep): Promise<boolean> => {
  const startedAt = clock.monotonicNow()
  let cancel = (): void => undefined
  const limit = new Promise<'overran'>((resolve) => {
    cancel = clock.setTimer(step.timeoutMs, () => resolve('overran'))
  })
  try {
    const ending = await Promise.race([Promise.resolve().then(step.stop), limit])
    if (ending === 'overran') {
      log.warn({ step: step.name, timeoutMs: step.timeoutMs }, 'did not stop in time; going on')
      return false
    }
    const tookMs = Math.round(clock.monotonicNow() - startedAt)
    log.debug({ step: step.name, tookMs }, 'stopped')
    return true
  } catch (error) {
    log.error({ step: step.name, err: error }, 'failed to stop; going on')
    return false
  } finally {
    cancel()
  }
}

/** The part of `process` that signals arrive at and that ends it. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
  exit(code: number): void
}

// One Ctrl-C reaches a process started by npm twice: from the terminal and forwarded by npm.
const samePressMs = 500

/**
 * The first signal begins the shutdown and its end ends the process; a second one, pressed again,
 * ends it at once and says so.
 */
export const shutdownOnSignals = (
  clock: Clock,
  log: Log,
  shutdown: Shutdown,
  source: SignalSource,
): void => {
  let firstAt: number | undefined
  const onSignal = (signal: NodeJS.Signals): void => {
    if (firstAt === undefined) {
      firstAt = clock.monotonicNow()
      void shutdown.begin(signal).then((clean) => source.exit(clean ? 0 : 1))
      return
    }
    if (clock.monotonicNow() - firstAt < samePressMs) return
    log.warn({ signal }, 'second signal: leaving at once; the next start picks up what was left')
    source.exit(signalExitCodes[signal] ?? 1)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) source.on(signal, onSignal)
}

const signalExitCodes: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
}
