// How the read models stand: which version serves and how far it is, and what becomes of the next one.
// Asked of the database alone, so that any process can tell, whoever rebuilds.
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Position } from '../../event-store/event-store.ts'
import { readCheckpoint } from '../checkpoint.ts'
import type { ReadDatabase } from '../database.ts'
import { readSchema } from '../migrate.ts'
import { answering, readFreshness, readingFrom } from '../reading.ts'
import type { QueryFault } from '../views.ts'
import {
  lastRebuild,
  openRebuild,
  requestRebuild,
  servedVersion,
  type Rebuild,
} from './requests.ts'
import { isThere, nextSchema, tablesIn } from './schemas.ts'

/** All tables share one checkpoint, and so are one projection. */
export const projectionName = 'read-models'

export interface Progress {
  readonly position: Position | null
  readonly events: number
}

export interface ProjectionView extends Progress {
  readonly name: typeof projectionName
  readonly version: number
  readonly ageMs: number | null
  readonly tables: readonly string[]
  /** The wish for the next version, and how far it is filled. */
  readonly rebuilding: (Rebuild & { readonly filled: Progress | null }) | null
  /** The newest that has ended. */
  readonly lastRebuild: Rebuild | null
}

export interface Projections {
  readonly list: () => TE.TaskEither<QueryFault, readonly ProjectionView[]>
  /** The wish that is open now: this one, or one that was there already. */
  readonly rebuild: (
    wish: Pick<Rebuild, 'reason' | 'forced'>,
  ) => TE.TaskEither<QueryFault, Rebuild | null>
}

export const createProjections = (db: ReadDatabase): Projections => ({
  list: () => answering(async () => [await view(db)]),
  rebuild: (wish) => answering(() => requestRebuild(db, wish)),
})

const view = async (db: ReadDatabase): Promise<ProjectionView> => {
  const { position, events } = await readCheckpoint(db, readSchema)
  const { ageMs } = await readFreshness(readingFrom(db, readSchema))
  const open = await openRebuild(db)
  return {
    name: projectionName,
    version: await servedVersion(db),
    ...{ position, events, ageMs },
    tables: await tablesIn(db, readSchema),
    rebuilding: open === null ? null : { ...open, filled: await filledPart(db) },
    lastRebuild: await lastRebuild(db),
  }
}

/** Null: not begun, or exchanged while we looked. */
const filledPart = async (db: ReadDatabase): Promise<Progress | null> => {
  if (!(await isThere(db, nextSchema))) return null
  try {
    const { position, events } = await readCheckpoint(db, nextSchema)
    return { position, events }
  } catch (error) {
    if (await isThere(db, nextSchema)) throw error
    return null
  }
}
