// The moments at which both versions have to stand still: counting their rows at one place of the
// log, and putting the new one in the place of the served one. The served version is held by its
// checkpoint's row, which stops its projector for as long and no question at all.
import { sql } from 'kysely'
import type { EventStore, Position } from '../../event-store/event-store.ts'
import { readCheckpoint } from '../checkpoint.ts'
import type { ReadDatabase } from '../database.ts'
import { readSchema } from '../migrate.ts'
import type { Filler } from './filler.ts'
import { endRebuild, type TableCount } from './requests.ts'
import { countRows, nextSchema, oldSchema } from './schemas.ts'

interface Versions {
  readonly db: ReadDatabase
  /** The one that holds the lock of the rebuild, and over which the new version is filled. */
  readonly connection: ReadDatabase
  readonly filler: Filler
  readonly store: Pick<EventStore, 'comparePositions'>
}

/** The served version does not move until the work is done. */
const whileServedStands = <A>(
  { db }: Versions,
  work: (tx: ReadDatabase, served: Position | null) => Promise<A>,
): Promise<A> =>
  db.transaction().execute(async (tx) => {
    await sql`select from ${sql.id(readSchema, 'checkpoint')} for update`.execute(tx)
    return work(tx, (await readCheckpoint(tx, readSchema)).position)
  })

/** Null: the served version is behind the new one, so that there is nothing to compare yet. */
export const compareVersions = async (
  versions: Versions,
): Promise<readonly TableCount[] | null> => {
  const { filler, connection } = versions
  const begun = await whileServedStands(versions, async (_, served) => {
    if (served !== null) await filler.advance(served)
    return served === filler.position() ? beginCounting(connection) : null
  })
  return begun === null ? null : begun.counts
}

/** Resolves when both versions are as the counting will see them, however long it then takes. */
const beginCounting = (
  connection: ReadDatabase,
): Promise<{ readonly counts: Promise<readonly TableCount[]> }> =>
  new Promise((resolve, reject) => {
    const counts = connection
      .transaction()
      .setIsolationLevel('repeatable read')
      .execute(async (tx) => {
        await sql`select`.execute(tx)
        resolve({ counts })
        return countRows(tx, readSchema, nextSchema)
      })
    counts.catch(reject)
  })

/** False: the served version is ahead of what the log showed, which passes. */
export const exchangeVersions = (
  versions: Versions,
  number: number,
  counts: readonly TableCount[] | null,
): Promise<boolean> =>
  whileServedStands(versions, async (tx, served) => {
    const { filler, store } = versions
    if (served !== null) await filler.advance(served)
    const reached = filler.position()
    if (served !== null && (reached === null || store.comparePositions(reached, served) < 0))
      return false
    const [serving, next] = [sql.id(readSchema, 'checkpoint'), sql.id(nextSchema, 'checkpoint')]
    await sql`update ${next} set as_of = (select as_of from ${serving})`.execute(tx)
    // Whoever waits for this row finds that it is not the one it knew.
    await sql`update ${serving} set events = -1 - events`.execute(tx)
    await sql`alter schema ${sql.id(readSchema)} rename to ${sql.id(oldSchema)}`.execute(tx)
    await sql`alter schema ${sql.id(nextSchema)} rename to ${sql.id(readSchema)}`.execute(tx)
    await endRebuild(tx, number, { state: 'done', counts, problem: null })
    return true
  })
