// The API over real HTTP with real read models: a memory event store, a projector, and Postgres.
import { openReadDatabase } from '../../src/projections/database.ts'
import { migrate } from '../../src/projections/migrate.ts'
import { createProjector, type Projector } from '../../src/projections/projector.ts'
import { createQueries } from '../../src/projections/queries.ts'
import { createRebuilder } from '../../src/projections/rebuild/rebuilder.ts'
import { createRebuilds } from '../../src/projections/rebuild/requests.ts'
import { createProjections } from '../../src/projections/rebuild/status.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import type { EventStore } from '../../src/event-store/event-store.ts'
import { quiet } from '../projections/kit.ts'
import { startApi, type TestApi } from './api.ts'
import { right } from './either.ts'

export interface ApiWithReadModels extends TestApi {
  /** Until everything written so far can be read. */
  readonly settled: () => Promise<void>
}

export const startApiWithReadModels = async (
  connectionString: string,
): Promise<ApiWithReadModels> => {
  const db = openReadDatabase({ connectionString, connectionsMax: 5, onConnectionError: () => {} })
  await migrate(db)
  await createRebuilds(db)
  const stop = new AbortController()
  let running: Promise<unknown> = Promise.resolve()
  let projector: Projector | undefined
  const api = await startApi({
    deps: (store: EventStore) => {
      projector = createProjector({ store, db, clock: systemClock, log: quiet })
      const deps = {
        store,
        db,
        clock: systemClock,
        log: quiet,
        retentionDays: null,
        logWholeFrom: () => Promise.resolve(null),
      }
      const rebuilder = createRebuilder(deps)
      running = Promise.all([projector.run(stop.signal), rebuilder.run(stop.signal)])
      const projections = createProjections(db)
      return { queries: createQueries(db), projections, readModels: projector }
    },
  })
  return {
    ...api,
    settled: async () => {
      const head = right(await api.store.head()())
      const isThere = head === null || (await projector?.waitFor(head, 10_000)) === true
      if (!isThere) throw new Error('the read models do not follow')
    },
    close: async () => {
      await api.close()
      stop.abort()
      await running
      await db.destroy()
    },
  }
}
