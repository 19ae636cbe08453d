// Rows that are copied are the rows that would have been inserted, whatever is in them; and a copy that
// the server refuses fails alone, among the statements around it.
import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import {
  boolean,
  columnType,
  float8,
  insertRows,
  int4,
  int8,
  json,
  text,
  timestamptz,
  uuid,
  type Column,
} from '../../src/projections/columns.ts'
import { copyOf, noRows, putRows } from '../../src/projections/copy.ts'
import type { ReadDatabase } from '../../src/projections/database.ts'
import { emptySketch, putSketch, record, type Sketch } from '../../src/projections/stats/sketch.ts'
import { usePostgres } from './kit.ts'

const postgres = usePostgres()

interface Row {
  readonly whole: number | null
  readonly large: number | null
  readonly real: number | null
  readonly at: number | null
  readonly id: string | null
  readonly yes: boolean | null
  readonly sketch: Sketch | null
  readonly words: string | null
  readonly value: string | null
  readonly outcome: string | null
}

const columns: readonly Column<Row>[] = [
  int4('whole', ({ whole }) => whole),
  int8('large', ({ large }) => large),
  float8('real', ({ real }) => real),
  timestamptz('at', ({ at }) => at),
  uuid('id', ({ id }) => id),
  boolean('yes', ({ yes }) => yes),
  columnType<Sketch>('bytea', 17, putSketch)('sketch', ({ sketch }) => sketch),
  text('words', ({ words }) => words),
  json('value', ({ value }) => value),
  text('outcome', ({ outcome }) => outcome, 'outcome'),
]

const sketchOf = (durationsMs: readonly number[]): Sketch => {
  const sketch = emptySketch()
  for (const durationMs of durationsMs) record(sketch, durationMs)
  return sketch
}

const orNull = <A>(arbitrary: fc.Arbitrary<A>) => fc.option(arbitrary, { nil: null })
const digit = fc.nat(15).map((value) => value.toString(16))

const rows = fc.array(
  fc.record<Row>({
    whole: orNull(fc.oneof(fc.integer(), fc.double())),
    large: orNull(fc.maxSafeInteger()),
    real: orNull(fc.double()),
    at: orNull(fc.integer({ min: -8.64e15, max: 8.64e15 })),
    id: orNull(fc.string({ unit: digit, minLength: 32, maxLength: 32 })),
    yes: orNull(fc.boolean()),
    sketch: orNull(fc.array(fc.maxSafeInteger()).map(sketchOf)),
    words: orNull(
      fc.oneof(fc.string(), fc.string({ unit: 'binary', minLength: 90, maxLength: 130 })),
    ),
    value: orNull(fc.json()),
    outcome: orNull(fc.constantFrom('succeeded', 'failed')),
  }),
  { minLength: 1, maxLength: 30 },
)

const copying = <A>(table: string, into: readonly Column<A>[], some: readonly A[]) => {
  const bytes = noRows(0)
  putRows(bytes, into, some)
  return copyOf(table, into, bytes)
}

const withTables = async (): Promise<ReadDatabase> => {
  const db = postgres.connect(await postgres.freshUrl())
  await sql`create type outcome as enum ('succeeded', 'failed')`.execute(db)
  for (const table of ['inserted', 'copied'])
    await sql`create table ${sql.id(table)} (whole int, large bigint, real double precision,
      at timestamptz, id uuid, yes boolean, sketch bytea, words text, value json, outcome outcome)`.execute(
      db,
    )
  return db
}

const textsIn = async (db: ReadDatabase, table: string) =>
  (await sql`select r::text from ${sql.id(table)} r`.execute(db)).rows

test('copied rows are those that would have been inserted', async () => {
  const db = await withTables()
  await fc.assert(
    fc.asyncProperty(rows, async (some) => {
      await sql`truncate inserted, copied`.execute(db)
      await insertRows(sql.id('inserted'), columns, some).execute(db)
      await db.executeQuery(copying('copied', columns, some))
      expect(await textsIn(db, 'copied')).toEqual(await textsIn(db, 'inserted'))
    }),
    { numRuns: 200 },
  )
})

test('a copy that is refused fails alone', async () => {
  const db = await withTables()
  const row: Row = {
    ...{ whole: 1, large: null, real: null, at: null, id: null, yes: null, sketch: null },
    ...{ words: 'a', value: null, outcome: null },
  }
  await db.connection().execute(async (connection) => {
    const answers = await Promise.allSettled([
      connection.executeQuery(copying('copied', columns, [row])),
      connection.executeQuery(copying('missing', columns, [row, row])),
      connection.executeQuery(copying('copied', columns, [{ ...row, outcome: 'bewitched' }])),
      connection.executeQuery(copying('copied', columns, [row])),
      sql`select 1`.execute(connection),
    ])
    expect(answers.map(({ status }) => status)).toEqual([
      ...['fulfilled', 'rejected', 'rejected', 'fulfilled', 'fulfilled'],
    ])
  })
  expect((await textsIn(db, 'copied')).length).toBe(2)
})

test('what was copied in a transaction goes with it', async () => {
  const db = await withTables()
  const words = [{ words: 'a' }, { words: 'b' }]
  const wordColumns = [text('words', (row: { readonly words: string }) => row.words)]
  const failing = db.transaction().execute(async (tx) => {
    await tx.executeQuery(copying('copied', wordColumns, words))
    expect((await textsIn(tx, 'copied')).length).toBe(2)
    throw new Error('enough')
  })
  await expect(failing).rejects.toThrow('enough')
  expect(await textsIn(db, 'copied')).toEqual([])
})
