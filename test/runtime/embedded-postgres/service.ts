// The smallest service on the embedded Postgres, as a process of its own that tests can kill: starts
// it on the folder it is given, tells on its standard output what happens, and stops on SIGTERM.
import * as E from 'fp-ts/lib/Either.js'
import { systemClock } from '../../../src/runtime/clock.ts'
import {
  describeFault,
  startEmbeddedPostgres,
} from '../../../src/runtime/embedded-postgres/embedded-postgres.ts'
import { createLog } from '../../../src/runtime/log.ts'
import { createShutdown, shutdownOnSignals } from '../../../src/runtime/shutdown.ts'

const tell = (fact: string, value: unknown): void => console.log(JSON.stringify({ fact, value }))

const log = createLog({ level: 'info', format: 'json' })
const shutdown = createShutdown(systemClock, log)
shutdownOnSignals(systemClock, log, shutdown, process)
const starting = startEmbeddedPostgres({
  dataDir: process.argv[2]!,
  clock: systemClock,
  log,
  signal: shutdown.signal,
})
// Registered before it has started, so that a signal finds it at any time.
shutdown.register({
  name: 'postgres',
  timeoutMs: 60_000,
  stop: async () => {
    const started = await starting
    if (E.isRight(started)) await started.right.stop()
  },
})
const started = await starting
if (E.isRight(started)) {
  const { url, dataFolder, onStateChange } = started.right
  onStateChange((state) => tell(state, null))
  tell('started', { url, dataFolder })
} else {
  tell('refused', describeFault(started.left))
  if (!shutdown.signal.aborted) process.exit(1)
}
