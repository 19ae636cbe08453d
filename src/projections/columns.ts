// Rows on their way into Postgres: one array parameter per column, in the binary format, unnested by
// a set-based statement. Nothing is escaped or parsed on the way, which is most of the cost of a
// text protocol. Values that Postgres cannot hold are brought to the nearest it can, so that no
// stored event, however odd, can stop a projection.
import { sql, type RawBuilder } from 'kysely'

/** How one column of a row becomes an array parameter. */
export interface Column<Row> {
  readonly name: string
  /** The array's type in SQL, and a cast of its elements where the column's type is another. */
  readonly type: string
  readonly cast: string
  readonly encode: (rows: readonly Row[]) => Buffer
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

type Encode<V> = <Row>(rows: readonly Row[], value: (row: Row) => V) => Buffer

const columnType =
  <V>(element: string, encode: Encode<V>) =>
  <Row>(name: string, value: (row: Row) => V, cast = ''): Column<Row> => ({
    name,
    type: `${element}[]`,
    cast: cast === '' ? '' : `::${cast}`,
    encode: (rows) => encode(rows, value),
  })

const nullLength = -1
const headerLength = 20

const viewOf = (buffer: Buffer): DataView =>
  new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)

const writeHeader = (to: DataView, oid: number, length: number): void => {
  to.setInt32(0, 1) // dimensions
  to.setInt32(4, 1) // there may be nulls
  to.setInt32(8, oid)
  to.setInt32(12, length)
  to.setInt32(16, 1) // lower bound
}

/** An array of elements of one width; `write` puts one element at an offset. */
const fixed =
  <V>(
    oid: number,
    width: number,
    write: (to: DataView, offset: number, value: V, buffer: Buffer) => void,
  ): Encode<V | null> =>
  (rows, valueOf) => {
    const buffer = Buffer.allocUnsafe(headerLength + rows.length * (4 + width))
    const to = viewOf(buffer)
    writeHeader(to, oid, rows.length)
    let offset = headerLength
    for (const row of rows) {
      const value = valueOf(row)
      to.setInt32(offset, value === null ? nullLength : width)
      offset += 4
      if (value === null) continue
      write(to, offset, value, buffer)
      offset += width
    }
    return buffer.subarray(0, offset)
  }

/** UTF-16 units become at most as many times three bytes. */
const bytesPerUnitMax = 3
const shortLength = 40

const texts =
  (oid: number): Encode<string | null> =>
  (rows, valueOf) => {
    let buffer = Buffer.allocUnsafe(headerLength + rows.length * (4 + shortLength))
    let to = viewOf(buffer)
    writeHeader(to, oid, rows.length)
    let offset = headerLength
    for (const row of rows) {
      const value = valueOf(row)
      const needed = offset + 4 + (value === null ? 0 : value.length * bytesPerUnitMax)
      if (needed > buffer.length) {
        const larger = Buffer.allocUnsafe(needed * 2)
        buffer.copy(larger, 0, 0, offset)
        buffer = larger
        to = viewOf(buffer)
      }
      const bytes = value === null ? 0 : buffer.write(storable(value), offset + 4)
      to.setInt32(offset, value === null ? nullLength : bytes)
      offset += 4 + bytes
    }
    return buffer.subarray(0, offset)
  }

const bytes: Encode<Buffer | null> = (rows, valueOf) => {
  const values = rows.map(valueOf)
  const length = values.reduce((sum, value) => sum + 4 + (value?.length ?? 0), headerLength)
  const buffer = Buffer.allocUnsafe(length)
  const to = viewOf(buffer)
  writeHeader(to, 17, rows.length)
  let offset = headerLength
  for (const value of values) {
    to.setInt32(offset, value?.length ?? nullLength)
    offset += 4
    if (value !== null) offset += value.copy(buffer, offset)
  }
  return buffer
}

const storable = (value: string): string =>
  value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value

const writeInt32 = (to: DataView, offset: number, value: number): void => {
  to.setInt32(offset, clampInt32(value))
}

const clampInt32 = (value: number): number =>
  Number.isNaN(value) ? 0 : Math.max(-0x80000000, Math.min(0x7fffffff, Math.round(value)))

const writeInt64 = (to: DataView, offset: number, value: number): void => {
  const high = Math.floor(value / 2 ** 32)
  to.setInt32(offset, high)
  to.setUint32(offset + 4, value - high * 2 ** 32)
}

// Postgres counts microseconds from 2000 and begins in 4714 BC.
const postgresEpochMs = Date.UTC(2000, 0, 1)
export const earliestMs = -210_866_803_200_000
const exactMs = Number.MAX_SAFE_INTEGER / 1_000

const writeInstant = (to: DataView, offset: number, epochMs: number): void => {
  const ms = Math.max(epochMs, earliestMs) - postgresEpochMs
  if (Math.abs(ms) < exactMs) writeInt64(to, offset, ms * 1_000)
  else to.setBigInt64(offset, BigInt(ms) * 1_000n)
}

export const int4 = columnType('int4', fixed<number>(23, 4, writeInt32))
/** Safe integers. */
export const int8 = columnType('int8', fixed<number>(20, 8, writeInt64))
export const float8 = columnType(
  'float8',
  fixed<number>(701, 8, (to, offset, value) => to.setFloat64(offset, value)),
)
/** Epoch milliseconds, whole. */
export const timestamptz = columnType('timestamptz', fixed<number>(1184, 8, writeInstant))
/** 32 hexadecimal digits. */
export const uuid = columnType(
  'uuid',
  fixed<string>(2950, 16, (_, offset, value, buffer) => buffer.write(value, offset, 'hex')),
)
export const boolean = columnType(
  'bool',
  fixed<boolean>(16, 1, (to, offset, value) => to.setInt8(offset, value ? 1 : 0)),
)
export const bytea = columnType('bytea', bytes)
export const text = columnType('text', texts(25))
/** JSON text. */
export const json = columnType('json', texts(114))
