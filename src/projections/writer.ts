// Statements on their way to Postgres, one behind the other: what comes next is made and sent while they
// are carried out, so that neither side waits for the other. Rows that are only added are gathered, as
// bytes that no collector of garbage has to look at, and copied in lots.
import { sql, type CompiledQuery, type DatabaseConnection, type RawBuilder } from 'kysely'
import type { Bytes } from './bytes.ts'
import { insertRows, type Column } from './columns.ts'
import { copyOf, noRows, putRows } from './copy.ts'
import type { ReadDatabase } from './database.ts'

export type Run = (statement: RawBuilder<unknown>) => Promise<void>

export interface Writer {
  /** Resolves when there is room for another. */
  readonly run: Run
  /**
   * Adds rows, once there are many of them or at the next {@link flush}; with a key, one that is there
   * already is overwritten, in its turn.
   */
  readonly write: <Row>(
    table: string,
    columns: readonly Column<Row>[],
    rows: readonly Row[],
    key?: readonly string[],
  ) => Promise<void>
  /** Adds what is still to be added. */
  readonly flush: () => Promise<void>
  /** Rejects with the first failure. */
  readonly done: () => Promise<void>
  /** What failed first, and so made others fail; null: nothing has. */
  readonly failure: () => Error | null
}

const underWayMax = 64
/** Of rows that are gathered before they are copied. */
const bytesMax = 256 * 1024

interface Gathered {
  readonly columns: readonly { readonly name: string }[]
  readonly rows: Bytes
}

/** Of a transaction, or of a database that is one connection. */
export const createWriter = async (tx: ReadDatabase): Promise<Writer> => {
  const connection = await connectionOf(tx)
  const underWay: Promise<unknown>[] = []
  let failure: Error | null = null
  const gathered = new Map<string, Gathered>()
  const send = async (statement: CompiledQuery): Promise<void> => {
    const carriedOut = connection.executeQuery(statement)
    carriedOut.catch((error: unknown) => {
      failure ??= error instanceof Error ? error : new Error(String(error))
    })
    underWay.push(carriedOut)
    if (underWay.length > underWayMax) await underWay.shift()
    await sent()
  }
  const copy = async (table: string, { columns, rows }: Gathered): Promise<void> => {
    gathered.delete(table)
    await send(copyOf(table, columns, rows))
  }
  const gather = async <Row>(
    table: string,
    columns: readonly Column<Row>[],
    rows: readonly Row[],
  ): Promise<void> => {
    const into = gathered.get(table) ?? { columns, rows: noRows(rows.length * rowLength) }
    gathered.set(table, into)
    putRows(into.rows, columns, rows)
    if (into.rows.length > bytesMax) await copy(table, into)
  }
  return {
    run: (statement) => send(statement.compile(tx)),
    write: async (table, columns, rows, key) => {
      if (rows.length === 0) return
      if (key === undefined) await gather(table, columns, rows)
      else await send(overwriting(table, columns, rows, key).compile(tx))
    },
    flush: async () => {
      for (const [table, rows] of gathered) await copy(table, rows)
    },
    done: async () => {
      await Promise.allSettled(underWay.splice(0))
      if (failure !== null) throw failure
    },
    failure: () => failure,
  }
}

/**
 * Past kysely, which would wait for each answer before it sent the next statement. What is asked through
 * `tx` meanwhile still takes its turn: the driver keeps one order for all.
 */
const connectionOf = (tx: ReadDatabase): Promise<DatabaseConnection> =>
  tx.getExecutor().provideConnection((connection) => Promise.resolve(connection))

/** Of most rows. */
const rowLength = 200

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
