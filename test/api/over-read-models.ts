// The API over real read models, kept up with a memory event store by a projector; every question
// waits for the newest change made through the same hands.
import { openReadDatabase } from '../../src/projections/database.ts'
import { migrate } from '../../src/projections/migrate.ts'
import { createProjector } from '../../src/projections/projector.ts'
import { createQueries } from '../../src/projections/queries.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { quiet } from '../projections/kit.ts'
import { startApi, type Reply, type TestApi } from '../support/api.ts'

export interface ApiOverReadModels extends TestApi {
  /** Answers once the read models show everything changed by `send` before. */
  readonly ask: (path: string) => Promise<Reply>
  readonly last: () => string
}

export const startOverReadModels = async (
  url: string,
  now?: () => number,
  /** A log that is written by other hands. */
  beside?: Pick<TestApi, 'store' | 'log'>,
): Promise<ApiOverReadModels> => {
  const options = { connectionString: url, connectionsMax: 5, onConnectionError: () => undefined }
  const db = openReadDatabase(options)
  await migrate(db)
  const stop = new AbortController()
  let running = Promise.resolve()
  let last = ''
  const api = await startApi({
    ...(now === undefined ? {} : { now }),
    ...(beside === undefined ? {} : { beside }),
    deps: (store) => {
      const projector = createProjector({ store, db, clock: systemClock, log: quiet })
      running = projector.run(stop.signal).finally(() => db.destroy())
      return { queries: createQueries(db), readModels: projector }
    },
  })
  return {
    ...api,
    last: () => last,
    send: async (...call) => {
      const reply = await api.send(...call)
      if (typeof reply.json.position === 'string') last = reply.json.position
      return reply
    },
    ask: (path) =>
      api.get(last === '' ? path : `${path}${path.includes('?') ? '&' : '?'}after=${last}`),
    close: async (graceMs) => {
      await api.close(graceMs)
      stop.abort()
      await running
    },
  }
}
