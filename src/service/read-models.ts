// The read models' database and the projector that keeps it up with the log.
import { openReadDatabase, type ReadDatabase } from '../projections/database.ts'
import { instantAt, type Instant } from '../domain/instant.ts'
import { migrate, readSchema } from '../projections/migrate.ts'
import { createRebuilder } from '../projections/rebuild/rebuilder.ts'
import { createRebuilds } from '../projections/rebuild/requests.ts'
import { keepRetention } from '../projections/retention/keeper.ts'
import type { EventStore } from '../event-store/event-store.ts'
import { indexTexts } from '../projections/runs/text-index.ts'
import { fillPercentiles } from '../projections/stats/fill-percentiles.ts'
import { sleep } from '../runtime/clock.ts'
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

const upkeepEveryMs = 10 * 60_000

/** Builds the text indexes of days that are over, wherever the log is applied. */
const indexTextsOfDays = async (
  { log }: Ground,
  db: ReadDatabase,
  projector: Projector,
  signal: AbortSignal,
): Promise<void> => {
  while (!signal.aborted) {
    if (projector.status().state === 'applying' && projector.status().atHead)
      await indexTexts(db, readSchema, instantAt(clock.now()), signal).then(
        (built) => {
          if (built > 0) log.info({ days: built }, 'the texts of past days are indexed')
        },
        (error: unknown) => log.warn({ err: error }, 'the texts of past days cannot be indexed'),
      )
    await sleep(clock, upkeepEveryMs, signal)
  }
}

/** So many rows at once, and a pause after them: a million are filled in within some ten minutes. */
const filledAtOnce = 250
const fillPauseMs = 100
const fillLookEveryMs = 10_000

/** Gives statistics from before percentiles were kept what later ones have, wherever the log is applied. */
const fillStatistics = async (
  { log }: Ground,
  db: ReadDatabase,
  projector: Projector,
  signal: AbortSignal,
): Promise<void> => {
  let rows = 0
  while (!signal.aborted) {
    if (projector.status().state !== 'applying' || !projector.status().atHead) {
      await sleep(clock, fillLookEveryMs, signal)
      continue
    }
    const filled = await fillPercentiles(db, readSchema, filledAtOnce).catch((error: unknown) => {
      log.warn({ err: error }, 'statistics of an earlier version cannot be filled in')
      return 0
    })
    rows += filled
    if (filled === filledAtOnce) await sleep(clock, fillPauseMs, signal)
    else {
      if (rows > 0) log.info({ rows }, 'statistics of an earlier version are filled in')
      rows = 0
      await sleep(clock, upkeepEveryMs, signal)
    }
  }
}

export const startProjections = (
  ground: Ground,
  projector: Projector,
  parts: {
    readonly store: EventStore
    readonly db: ReadDatabase
    readonly logWholeFrom: () => Promise<Instant | null>
  },
): void => {
  const { shutdown, log } = ground
  const abort = new AbortController()
  const running = live(ground, 'the projector', projector.run(abort.signal))
  const retentionDays = ground.config.runRetentionDays
  const rebuilding = createRebuilder({ ...parts, clock, log, retentionDays }).run(abort.signal)
  const { db } = parts
  const keeping = keepRetention({ db, clock, log, serviceDays: retentionDays }, abort.signal)
  const indexing = indexTextsOfDays(ground, db, projector, abort.signal)
  const filling = fillStatistics(ground, db, projector, abort.signal)
  shutdown.register({
    name: 'projections',
    timeoutMs: closeTimeoutMs,
    stop: () => {
      abort.abort()
      return Promise.all([running, rebuilding, indexing, filling, keeping]).then(() => {})
    },
  })
}
