// What every part of the service is made from: settings, clock, log, and the shutdown at which each
// part registers how it is stopped.
import type { Config } from '../config.ts'
import { systemClock } from '../runtime/clock.ts'
import type { Ids } from '../runtime/ids.ts'
import type { Log } from '../runtime/log.ts'
import type { Shutdown } from '../runtime/shutdown.ts'
import type { SchedulerClock } from '../scheduler/ports.ts'

export interface Ground {
  readonly config: Config
  readonly log: Log
  readonly shutdown: Shutdown
  /** Name of this process in the metadata of events. */
  readonly node: string
  readonly ids: Ids
}

export const clock: SchedulerClock = {
  ...systemClock,
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
}

/** How long a part without a grace time of its own may take to stop. */
export const closeTimeoutMs = 5_000

/** Runs a loop for as long as the service lives; its failure ends the service. */
export const live = (ground: Ground, name: string, loop: Promise<void>): Promise<void> =>
  loop.catch((error: unknown) => {
    ground.log.fatal({ err: error }, `${name} cannot go on`)
    process.exitCode = 1
    void ground.shutdown.begin(`${name} failed`).then(() => process.exit(1))
  })
