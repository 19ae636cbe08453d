// The read models' database and the projector that keeps it up with the log.
import { openReadDatabase, type ReadDatabase } from '../projections/database.ts'
import { migrate } from '../projections/migrate.ts'
import { createRebuilder } from '../projections/rebuild/rebuilder.ts'
import { createRebuilds } from '../projections/rebuild/requests.ts'
import type { EventStore } from '../event-store/event-store.ts'
import type { Projector } from '../projections/projector.ts'
import { clock, closeTimeoutMs, live, type Ground } from './ground.ts'

export const openReadModels = async (ground: Ground, url: string): Promise<ReadDatabase> => {
  const { log, shutdown } = ground
  const db = openReadDatabase({
    connectionString: url,
    connectionsMax: 10,
    onConnectionError: (error) =>
      log.warn({ reason: error.message }, 'a database connection broke'),
  })
  shutdown.register({ name: 'read models', timeoutMs: closeTimeoutMs, stop: () => db.destroy() })
  await migrate(db)
  await createRebuilds(db)
  return db
}

export const startProjections = (
  ground: Ground,
  projector: Projector,
  parts: { readonly store: EventStore; readonly db: ReadDatabase },
): void => {
  const { shutdown, log } = ground
  const abort = new AbortController()
  const running = live(ground, 'the projector', projector.run(abort.signal))
  const rebuilding = createRebuilder({ ...parts, clock, log }).run(abort.signal)
  shutdown.register({
    name: 'projections',
    timeoutMs: closeTimeoutMs,
    stop: () => {
      abort.abort()
      return Promise.all([running, rebuilding]).then(() => {})
    },
  })
}
