// One rebuild, from the first event to the exchange: fills a new version beside the served one, brings
// back its indexes, compares the two and exchanges them in one step. What was interrupted goes on
// where it stood if it was begun by the same code, and from the beginning otherwise.
import { instantAt, isoOf, type Instant } from '../../domain/instant.ts'
import type { EventStore } from '../../event-store/event-store.ts'
import { sleep, type Clock } from '../../runtime/clock.ts'
import type { LogLines } from '../../runtime/log.ts'
import type { ReadDatabase } from '../database.ts'
import { createSchema, readSchema } from '../migrate.ts'
import { lockRetention, unlockRetention } from '../retention/keeper.ts'
import { prune } from '../retention/prune.ts'
import { codeDigest } from './code.ts'
import { compareVersions, exchangeVersions } from './exchange.ts'
import { createFiller, type Filler } from './filler.ts'
import { beginRebuild, endRebuild, markRebuild, type Rebuild, type TableCount } from './requests.ts'
import {
  analyze,
  dropSchema,
  isThere,
  nextSchema,
  oldSchema,
  restoreIndexes,
  setIndexesAside,
} from './schemas.ts'

export interface RebuildDeps {
  readonly store: EventStore
  readonly db: ReadDatabase
  readonly clock: Clock
  readonly log: Pick<LogLines, 'info' | 'warn' | 'error'>
  readonly batchMax?: number
  /** Days that runs are kept for tasks that do not say; null: for ever. */
  readonly retentionDays: number | null
  /** Of what was recorded before this, some is gone from the log; null: nothing is. */
  readonly logWholeFrom: () => Promise<Instant | null>
}

// Of short pages little is still alive when garbage is collected; in a long stretch a task's row is
// written once for many of its events.
const eventsInPage = 1_000
const pagesInStretch = 400

/** `connection` holds the lock. Ends early when aborted; the wish stays open then. */
export const rebuild = async (
  deps: RebuildDeps,
  connection: ReadDatabase,
  wish: Rebuild,
  signal: AbortSignal,
): Promise<void> => {
  const { store, log, batchMax = eventsInPage } = deps
  const { number } = wish
  const setAside = await prepare(connection, wish)
  const memory = { tasksMax: 100_000, runsMax: 50_000 }
  const stretchMax = batchMax * pagesInStretch
  const filling = { store, schema: nextSchema, batchMax, stretchMax, memory, signal }
  const filler = await createFiller(filling, connection)
  log.info({ rebuild: number, events: filler.events() }, 'rebuilding the read models')
  const startedAt = deps.clock.monotonicNow()
  const before = filler.events()
  await filler.advance('head')
  if (isAborted(signal)) return
  const events = filler.events() - before
  const seconds = Math.max(1, deps.clock.monotonicNow() - startedAt) / 1_000
  log.info(
    { rebuild: number, events, eventsPerSecond: Math.round(events / seconds) },
    'the new read models are filled',
  )
  await markRebuild(connection, number, 'indexing')
  await restoreIndexes(connection, setAside)
  await analyze(connection, nextSchema)
  await markRebuild(connection, number, 'comparing')
  await filler.advance('head')
  // Until the exchange nothing is dropped for its age: both versions would have to lose the same.
  await lockRetention(connection)
  try {
    await finish(deps, connection, wish, filler, signal)
  } finally {
    await unlockRetention(connection).catch(() => {}) // a broken connection holds no lock
  }
}

/** Compares the two versions, both without what is too old, and exchanges them. */
const finish = async (
  deps: RebuildDeps,
  connection: ReadDatabase,
  wish: Rebuild,
  filler: Filler,
  signal: AbortSignal,
): Promise<void> => {
  const { store, db, log } = deps
  const { number } = wish
  for (const schema of [nextSchema, readSchema]) await pruneIn(deps, connection, schema, signal)
  const versions = { db, connection, filler, store }
  const counts = await untilCompared(deps, filler, signal, () => compareVersions(versions))
  if (isAborted(signal)) return
  const fewer = (counts ?? []).filter(({ served, rebuilt }) => rebuilt < served)
  if (fewer.length > 0 && !wish.forced) return refuse(deps, connection, number, counts, fewer)
  await markRebuild(connection, number, 'switching')
  do {
    if (isAborted(signal)) return
    await filler.advance('head')
  } while (!(await exchangeVersions(versions, number, counts)))
  log.info({ rebuild: number, counts }, 'the new read models are served')
  await dropSchema(connection, oldSchema)
}

const pruneIn = async (
  { clock, retentionDays }: RebuildDeps,
  connection: ReadDatabase,
  schema: string,
  signal: AbortSignal,
): Promise<void> => {
  const breathe = () => sleep(clock, pruneEveryMs, signal)
  const now = instantAt(clock.now())
  await prune({ db: connection, schema, now, serviceDays: retentionDays, breathe, signal })
}

const pruneEveryMs = 20

/** An empty new version, or the one that an interrupted rebuild left; answers what it is without. */
const prepare = async (
  connection: ReadDatabase,
  { number, filledBy, setAside }: Rebuild,
): Promise<readonly string[]> => {
  const code = codeDigest()
  await dropSchema(connection, oldSchema)
  if (setAside !== null && filledBy === code && (await isThere(connection, nextSchema))) {
    await markRebuild(connection, number, 'filling')
    return setAside
  }
  await dropSchema(connection, nextSchema)
  return connection.transaction().execute(async (tx) => {
    await createSchema(tx, nextSchema)
    const statements = await setIndexesAside(tx, nextSchema)
    await beginRebuild(tx, number, code, statements)
    return statements
  })
}

const compareEveryMs = 100
const patienceMs = 30_000

const isAbortedAfter = async ({ clock }: RebuildDeps, signal: AbortSignal): Promise<boolean> => {
  await sleep(clock, compareEveryMs, signal)
  return signal.aborted
}

// A call, because the compiler takes a signal once seen open to stay open across an await.
const isAborted = (signal: AbortSignal): boolean => signal.aborted

/**
 * A served version that does not come along, because nobody applies the log or its rows are broken,
 * is not compared with: null.
 */
const untilCompared = async (
  deps: RebuildDeps,
  filler: Filler,
  signal: AbortSignal,
  compare: () => Promise<readonly TableCount[] | null>,
): Promise<readonly TableCount[] | null> => {
  const giveUpAt = deps.clock.monotonicNow() + patienceMs
  for (;;) {
    const counts = await compare()
    if (counts !== null) return counts
    if (await isAbortedAfter(deps, signal)) return null
    if (deps.clock.monotonicNow() > giveUpAt) {
      deps.log.warn({ position: filler.position() }, 'the served read models do not come along')
      return null
    }
  }
}

const refuse = async (
  { log, logWholeFrom }: RebuildDeps,
  connection: ReadDatabase,
  number: number,
  counts: readonly TableCount[] | null,
  fewer: readonly TableCount[],
): Promise<void> => {
  const lost = fewer.map(({ table, served, rebuilt }) => `${table} ${rebuilt} instead of ${served}`)
  const wholeFrom = await logWholeFrom()
  const because =
    wholeFrom === null ? '' : `; the log no longer holds all that was before ${isoOf(wholeFrom)}`
  const problem = `the new version has fewer rows: ${lost.join(', ')}${because}`
  await endRebuild(connection, number, { state: 'refused', counts, problem })
  await dropSchema(connection, nextSchema)
  log.warn({ rebuild: number, counts }, problem)
}
