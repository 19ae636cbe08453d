// Rows on their way into Postgres, in its binary formats: as one array parameter per column, unnested by
// a set-based statement, or one behind the other as a copy takes them. Nothing is escaped or parsed on
// the way, which is most of the cost of a text protocol.
import { sql, type RawBuilder } from 'kysely'
import {
  Bytes,
  orNull,
  putBoolean,
  putFloat8,
  putInstant,
  putInt4,
  putInt8,
  putText,
  putUuid,
  type Put,
} from './bytes.ts'

/** How one column of a row becomes an array parameter, or stands in a copied row. */
export interface Column<Row> {
  readonly name: string
  /** The array's type in SQL, and a cast of its elements where the column's type is another. */
  readonly type: string
  readonly cast: string
  readonly encode: (rows: readonly Row[]) => Buffer
  readonly put: Put<Row>
}

/** `insert into table (columns) select … from unnest(…)`, to be followed by a conflict clause. */
export const insertRows = <Row>(
  table: RawBuilder<unknown>,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): RawBuilder<unknown> => {
  const names = columns.map(({ name }) => sql.id(name))
  const values = columns.map(({ name, cast }) => sql`${sql.id(name)}${sql.raw(cast)}`)
  return sql`insert into ${table} (${sql.join(names)})
    select ${sql.join(values)} from ${unnested(columns, rows)}`
}

/** `unnest(…) as u (columns)` */
export const unnested = <Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): RawBuilder<unknown> => {
  const arrays = columns.map(({ type, encode }) => sql`${encode(rows)}::${sql.raw(type)}`)
  const names = columns.map(({ name }) => sql.id(name))
  return sql`unnest(${sql.join(arrays)}) as u (${sql.join(names)})`
}

/** The same column of a row that is part of another. */
export const columnOf = <Part, Row>(
  column: Column<Part>,
  partOf: (row: Row) => Part,
): Column<Row> => ({
  ...column,
  encode: (rows) => column.encode(rows.map(partOf)),
  put: (to, row) => column.put(to, partOf(row)),
})

const headerLength = 20

/** A column of a type of Postgres's, by the number it goes by there. */
export const columnType =
  <V>(element: string, oid: number, putValue: Put<V>) =>
  <Row>(name: string, value: (row: Row) => V | null, cast = ''): Column<Row> => {
    const putOrNull = orNull(putValue)
    const put: Put<Row> = (to, row) => putOrNull(to, value(row))
    return {
      name,
      type: `${element}[]`,
      cast: cast === '' ? '' : `::${cast}`,
      encode: (rows) => {
        const to = new Bytes(headerLength + rows.length * expectedLength)
        to.int32(1) // dimensions
        to.int32(1) // there may be nulls
        to.int32(oid)
        to.int32(rows.length)
        to.int32(1) // lower bound
        for (const row of rows) put(to, row)
        return to.written()
      },
      put,
    }
  }

/** Of one value; more room is made when it is wanted. */
const expectedLength = 16

export const int4 = columnType('int4', 23, putInt4)
/** Safe integers. */
export const int8 = columnType('int8', 20, putInt8)
export const float8 = columnType('float8', 701, putFloat8)
/** Epoch milliseconds, whole. */
export const timestamptz = columnType('timestamptz', 1184, putInstant)
/** 32 hexadecimal digits. */
export const uuid = columnType('uuid', 2950, putUuid)
export const boolean = columnType('bool', 16, putBoolean)
export const text = columnType('text', 25, putText)
/** JSON text. */
export const json = columnType('json', 114, putText)
