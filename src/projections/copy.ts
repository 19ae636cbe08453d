// Rows copied into a table, which costs the server half of what inserting them does. The rows go out right
// behind the statement, without waiting to be asked for, as statements of a pipeline do; should the
// server refuse the statement, it passes them by.
import { CompiledQuery, type PostgresPool, type PostgresPoolClient } from 'kysely'
import pg from 'pg'
import { Bytes } from './bytes.ts'
import type { Column } from './columns.ts'

/** To be carried out by a pool {@link withCopies}; the columns stand in `columns`' order. */
export const copyOf = (
  table: string,
  columns: readonly { readonly name: string }[],
  rows: Bytes,
): CompiledQuery => {
  const names = columns.map(({ name }) => `"${name}"`).join(', ')
  const statement = `copy "${table}" (${names}) from stdin (format binary)`
  rows.int16(noMoreRows)
  return CompiledQuery.raw(statement, [new CopiedRows(rows.written())])
}

// A signature, then flags and the length of an extension, both zero.
const header = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)])
const noMoreRows = -1

/** Room for so many bytes of rows; more is made when it is wanted. */
export const noRows = (expected: number): Bytes => {
  const to = new Bytes(header.length + expected)
  to.length = header.copy(to.buffer, 0)
  return to
}

/** A column's cast makes no difference: enumerations travel as text. */
export const putRows = <Row>(
  to: Bytes,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): void => {
  for (const row of rows) {
    to.int16(columns.length)
    for (const { put } of columns) put(to, row)
  }
}

/** In the place of a statement's parameters. */
class CopiedRows {
  readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }
}

/** A pool whose connections carry out copies too. */
export const withCopies = (pool: pg.Pool): PostgresPool => ({
  connect: async () => withCopy(await pool.connect()),
  end: () => pool.end(),
})

const withCopy = (client: pg.PoolClient): PostgresPoolClient => {
  // The driver asks by text; cursors are not used.
  const query = (statement: string, parameters: readonly unknown[]) => {
    const [rows] = parameters
    return rows instanceof CopiedRows
      ? copy(client, statement, rows.bytes)
      : client.query(statement, [...parameters])
  }
  return { query, release: () => client.release() } as PostgresPoolClient
}

const copy = (client: pg.PoolClient, statement: string, rows: Buffer): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const copying = new Copy(statement, rows)
    copying.on('end', resolve)
    copying.on('error', reject)
    client.query(copying)
  })

/** A query of the driver's, so that it is let into a pipeline. */
class Copy extends pg.Query {
  constructor(statement: string, rows: Buffer) {
    super(statement)
    this.submit = (connection) => {
      connection.query(statement)
      connection.stream.write(messageHead(copyData, rows.length))
      connection.stream.write(rows)
      connection.stream.write(messageHead(copyDone, 0))
    }
  }

  /** The server is ready for the rows, which are on their way already. */
  handleCopyInResponse(): void {}
}

const [copyData, copyDone] = ['d', 'c']

/** What stands before the body of a message: its kind, and its length with that of the length itself. */
const messageHead = (kind: string, bodyLength: number): Buffer => {
  const head = Buffer.alloc(5)
  head.write(kind, 'latin1')
  head.writeInt32BE(bodyLength + 4, 1)
  return head
}
