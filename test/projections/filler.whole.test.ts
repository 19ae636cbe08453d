// Filling a schema from the log writes the rows the projector writes, however the log is cut into pages
// and stretches and however little is remembered; and what fails in the middle of a stretch leaves
// whole stretches behind, from which it goes on.
import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { EventStore } from '../../src/event-store/event-store.ts'
import type { ReadDatabase } from '../../src/projections/database.ts'
import { migrate } from '../../src/projections/migrate.ts'
import { createFiller } from '../../src/projections/rebuild/filler.ts'
import { histories, writeHistory } from './history.ts'
import { createLog, everyRow, project, usePostgres } from './kit.ts'

const postgres = usePostgres()

interface Cut {
  readonly batchMax: number
  readonly stretchMax: number
  readonly remembered: number
}

const cuts = fc.record<Cut>({
  batchMax: fc.integer({ min: 1, max: 40 }),
  stretchMax: fc.integer({ min: 1, max: 100 }),
  remembered: fc.nat(30),
})

const fill = (
  db: ReadDatabase,
  store: EventStore,
  { batchMax, stretchMax, remembered }: Cut,
): Promise<void> =>
  db.connection().execute(async (connection) => {
    const memory = { tasksMax: remembered, runsMax: remembered }
    const { signal } = new AbortController()
    const filling = { store, schema: 'filled', batchMax, stretchMax, memory, signal }
    const filler = await createFiller(filling, connection)
    await filler.advance('head')
  })

const written = async (history: Parameters<typeof writeHistory>[1]): Promise<EventStore> => {
  const log = createLog()
  await writeHistory(log, history)
  return log.store
}

test('filled rows are the projected ones, in pages and stretches of any length', async () => {
  const db = postgres.connect(await postgres.freshUrl())
  await fc.assert(
    fc.asyncProperty(histories, cuts, async (history, cut) => {
      const store = await written(history)
      await migrate(db, 'projected')
      await migrate(db, 'filled')
      await project(store, db, { schema: 'projected' })
      await fill(db, store, cut)
      expect(await everyRow(db, 'filled')).toEqual(await everyRow(db, 'projected'))
      await sql`drop schema projected cascade`.execute(db)
      await sql`drop schema filled cascade`.execute(db)
    }),
    { numRuns: 15 },
  )
})

test('a row that is refused leaves whole stretches, and filling goes on behind them', async () => {
  const db = postgres.connect(await postgres.freshUrl())
  const store = await written(fc.sample(histories, { numRuns: 20, seed: 7 }).flat())
  const cut = { batchMax: 10, stretchMax: 20, remembered: 1_000 }
  await migrate(db, 'projected')
  await migrate(db, 'filled')
  await project(store, db, { schema: 'projected' })
  await sql`create function refuse() returns trigger language plpgsql as
    $$ begin raise exception 'refused on purpose'; end $$`.execute(db)
  await sql`create trigger refusing before insert on filled.activity_of_changes
    for each row when (new.seq > 50) execute function refuse()`.execute(db)
  await expect(fill(db, store, cut)).rejects.toThrow('refused on purpose')
  const stoodAt = async (): Promise<number> => {
    const { rows } = await sql<{ events: number }>`select events from filled.checkpoint`.execute(db)
    return rows[0]!.events
  }
  expect(await stoodAt()).toBeGreaterThan(0)
  expect((await stoodAt()) % cut.stretchMax).toBe(0)
  await sql`drop trigger refusing on filled.activity_of_changes`.execute(db)
  await fill(db, store, cut)
  expect(await everyRow(db, 'filled')).toEqual(await everyRow(db, 'projected'))
})
