// Bulk commands: what the API starts and asks about, and the part of this process that carries them
// out and looks after those that others left behind.
import { createBulkCommands, type BulkCommandsDeps } from '../commands/bulk/bulk-commands.ts'
import { createBulkWorker, type BulkWorker, type BulkWorkerDeps } from '../commands/bulk/bulks.ts'
import { targetsOf } from '../commands/bulk/targets.ts'
import type { UseCaseDeps } from '../commands/use-case.ts'
import { sleep } from '../runtime/clock.ts'
import { clock, closeTimeoutMs, live, type Ground } from './ground.ts'

export const startBulks = (
  ground: Ground,
  handling: BulkCommandsDeps,
  useCases: UseCaseDeps,
  listing: Pick<BulkWorkerDeps, 'pages' | 'caughtUp'>,
): BulkWorker => {
  const { log, shutdown } = ground
  const worker = createBulkWorker({
    useCases,
    ...listing,
    commands: createBulkCommands(handling),
    targetsOf: (bulkId) => targetsOf(handling, bulkId),
    monotonicNow: () => clock.monotonicNow(),
    sleep: (ms) => sleep(clock, ms),
    sleepUnless: (ms, signal) => sleep(clock, ms, signal),
    warn: (details, message) => log.warn(details, message),
  })
  const running = live(ground, 'the bulk worker', worker.run(shutdown.signal))
  shutdown.register({
    name: 'bulks',
    timeoutMs: closeTimeoutMs,
    stop: async () => {
      await worker.stop()
      await running
    },
  })
  return worker
}
