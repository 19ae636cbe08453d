// The connection to the read models' database. Instants come back as epoch milliseconds and bigints
// as numbers, by parsers of this pool alone.
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { withCopies } from './copy.ts'
import { epochMsOfTimestamp } from './timestamps.ts'

/** Statements are written as SQL and rows decoded by codecs, so no table is declared to kysely. */
export type ReadTables = object
export type ReadDatabase = Kysely<ReadTables>

const int8Oid = 20
const timestamptzOid = 1184

// Declared as `any`; it is a table of functions.
const builtin = pg.types.getTypeParser as (oid: number) => (text: string) => unknown

const parserOf = (oid: number): ((text: string) => unknown) => {
  switch (oid) {
    case int8Oid:
      return Number
    case timestamptzOid: {
      const parse = builtin(oid)
      return (text) => epochMsOfTimestamp(text) ?? Number(parse(text)) // a Date, in epoch milliseconds
    }
    default:
      return builtin(oid)
  }
}

/** Close it with `destroy()`. */
export const openReadDatabase = (options: {
  readonly connectionString: string
  readonly connectionsMax: number
  /** A connection broke while nobody was using it; the next query opens another. */
  readonly onConnectionError: (error: Error) => void
}): ReadDatabase => {
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max: options.connectionsMax,
    keepAlive: true,
    // Statements of one connection go out as they are made, without waiting for the answers before.
    pipeline: true,
    application_name: 'carillon read models',
    types: { getTypeParser: parserOf },
  })
  pool.on('error', options.onConnectionError)
  // A connection in use reports its end to its query; without a listener it would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  return new Kysely<ReadTables>({ dialect: new PostgresDialect({ pool: withCopies(pool) }) })
}
