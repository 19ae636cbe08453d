// Statements on their way to Postgres, one behind the other: what comes next is made while they are
// carried out, so that neither side waits for the other.
import { sql, type RawBuilder } from 'kysely'
import { insertRows, type Column } from './columns.ts'
import { copyOf } from './copy.ts'
import type { ReadDatabase } from './database.ts'

export type Run = (statement: RawBuilder<unknown>) => Promise<void>

export interface Writer {
  /** Resolves when there is room for another. */
  readonly run: Run
  /** Adds rows; with a key, one that is there already is overwritten. */
  readonly write: <Row>(
    table: string,
    columns: readonly Column<Row>[],
    rows: readonly Row[],
    key?: readonly string[],
  ) => Promise<void>
  /** Rejects with the first failure. */
  readonly done: () => Promise<void>
}

const underWayMax = 8

export const createWriter = (tx: ReadDatabase): Writer => {
  const underWay: Promise<unknown>[] = []
  const send = async (carriedOut: Promise<unknown>): Promise<void> => {
    carriedOut.catch(() => {}) // told by whoever waits for it
    underWay.push(carriedOut)
    if (underWay.length > underWayMax) await underWay.shift()
    await sent()
  }
  return {
    run: (statement) => send(statement.execute(tx)),
    write: async (table, columns, rows, key) => {
      if (rows.length === 0) return
      await send(
        key === undefined
          ? tx.executeQuery(copyOf(table, columns, rows))
          : overwriting(table, columns, rows, key).execute(tx),
      )
    },
    done: async () => {
      for (const carriedOut of underWay.splice(0)) await carriedOut
    },
  }
}

/** The driver hands a statement to the network in this turn of the event loop. */
const sent = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const overwriting = <Row>(
  table: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  key: readonly string[],
): RawBuilder<unknown> =>
  sql`${insertRows(sql.id(table), columns, rows)}
    on conflict (${sql.join(key.map((name) => sql.id(name)))}) do update set ${news(columns)}`

export const news = (columns: readonly Column<never>[]) =>
  sql.join(columns.map(({ name }) => sql`${sql.id(name)} = excluded.${sql.id(name)}`))
