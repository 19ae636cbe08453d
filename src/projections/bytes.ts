// Values as Postgres takes them in its binary formats, each behind its length, put one behind the other.
// Values that Postgres cannot hold are brought to the nearest it can, so that no stored event, however
// odd, can stop a projection.

/** Bytes that grow at the end. */
export class Bytes {
  buffer: Buffer
  view: DataView
  length = 0

  constructor(expected: number) {
    this.buffer = Buffer.allocUnsafe(expected)
    this.view = viewOf(this.buffer)
  }

  /** Makes room for so many more. */
  reserve(more: number): void {
    const needed = this.length + more
    if (needed <= this.buffer.length) return
    const larger = Buffer.allocUnsafe(needed * 2)
    this.buffer.copy(larger, 0, 0, this.length)
    this.buffer = larger
    this.view = viewOf(larger)
  }

  int16(value: number): void {
    this.reserve(2)
    this.view.setInt16(this.length, value)
    this.length += 2
  }

  int32(value: number): void {
    this.reserve(4)
    this.view.setInt32(this.length, value)
    this.length += 4
  }

  written(): Buffer {
    return this.buffer.subarray(0, this.length)
  }
}

const viewOf = (buffer: Buffer): DataView =>
  new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)

/** Puts a value behind its length. */
export type Put<V> = (to: Bytes, value: V) => void

const nullLength = -1

export const orNull =
  <V>(put: Put<V>): Put<V | null> =>
  (to, value) => {
    if (value === null) to.int32(nullLength)
    else put(to, value)
  }

/** Of one width. */
const fixed =
  <V>(width: number, set: (to: DataView, at: number, value: V) => void): Put<V> =>
  (to, value) => {
    to.reserve(4 + width)
    to.view.setInt32(to.length, width)
    set(to.view, to.length + 4, value)
    to.length += 4 + width
  }

const clampInt32 = (value: number): number =>
  Number.isNaN(value) ? 0 : Math.max(-0x80000000, Math.min(0x7fffffff, Math.round(value)))

const setInt64 = (to: DataView, at: number, value: number): void => {
  const high = Math.floor(value / 2 ** 32)
  to.setInt32(at, high)
  to.setUint32(at + 4, value - high * 2 ** 32)
}

// Postgres counts microseconds from 2000 and begins in 4714 BC.
const postgresEpochMs = Date.UTC(2000, 0, 1)
export const earliestMs = -210_866_803_200_000
const exactMs = Number.MAX_SAFE_INTEGER / 1_000

const setInstant = (to: DataView, at: number, epochMs: number): void => {
  const ms = Math.max(epochMs, earliestMs) - postgresEpochMs
  if (Math.abs(ms) < exactMs) setInt64(to, at, ms * 1_000)
  else to.setBigInt64(at, BigInt(ms) * 1_000n)
}

export const putInt4 = fixed<number>(4, (to, at, value) => to.setInt32(at, clampInt32(value)))
export const putInt8 = fixed<number>(8, setInt64)
export const putFloat8 = fixed<number>(8, (to, at, value) => to.setFloat64(at, value))
export const putInstant = fixed<number>(8, setInstant)
export const putBoolean = fixed<boolean>(1, (to, at, value) => to.setInt8(at, value ? 1 : 0))

const hexDigits = '0123456789abcdef'
const valueOfDigit = Uint8Array.from({ length: 128 }, (_, code) =>
  Math.max(0, hexDigits.indexOf(String.fromCharCode(code))),
)
const digitAt = (text: string, place: number): number => valueOfDigit[text.charCodeAt(place)] ?? 0

/** 32 hexadecimal digits. */
export const putUuid = fixed<string>(16, (to, at, value) => {
  for (let n = 0; n < 16; n += 1)
    to.setUint8(at + n, digitAt(value, 2 * n) * 16 + digitAt(value, 2 * n + 1))
})

/** UTF-16 units become at most as many times three bytes. */
const bytesPerUnitMax = 3
// Beyond it, being called costs the native encoder less than it saves.
const shortLength = 100

export const putText: Put<string> = (to, value) => {
  to.reserve(4 + value.length * bytesPerUnitMax)
  const at = to.length + 4
  const written =
    value.length > shortLength || !putAscii(to.buffer, at, value)
      ? to.buffer.write(storable(value), at)
      : value.length
  to.view.setInt32(to.length, written)
  to.length = at + written
}

/** False: it holds something else, a null character included. */
const putAscii = (to: Buffer, at: number, value: string): boolean => {
  for (let n = 0; n < value.length; n += 1) {
    const unit = value.charCodeAt(n)
    if (unit === 0 || unit > 0x7f) return false
    to[at + n] = unit
  }
  return true
}

const storable = (value: string): string =>
  value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value
