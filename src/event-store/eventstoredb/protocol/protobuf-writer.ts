// Writes protocol messages, one behind the other, into one growing buffer. It knows the few encodings
// that the server's requests use. An object for each message, as generated code has it, costs ten
// times what writing its bytes does, and a burst of fires writes thousands a second.

export interface ProtobufWriter {
  /** A gRPC frame around what `fill` writes. */
  frame(fill: () => void): void
  message(field: number, fill: () => void): void
  /** A message without fields, which says that it is there. */
  empty(field: number): void
  text(field: number, value: string): void
  /** Whole numbers that JavaScript holds exactly. */
  uint(field: number, value: number): void
  /** Everything written since the last time. */
  take(): Buffer
}

const initialSize = 64 * 1024
/** A buffer that one large event made grow beyond this is let go again. */
const keptSize = 1024 * 1024
const frameHead = 5
/** Bytes reserved for a length that is known only afterwards: a number may be padded with zeros. */
const lengthSize = 4
const varint = 0
const delimited = 2
const utf8Max = 3

export const createProtobufWriter = (): ProtobufWriter => {
  let bytes = Buffer.allocUnsafe(initialSize)
  let at = 0

  const reserve = (size: number): void => {
    if (at + size <= bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(bytes.length * 2, at + size))
    bytes.copy(larger, 0, 0, at)
    bytes = larger
  }

  const number = (value: number): void => {
    reserve(10)
    let rest = value
    while (rest > 0x7f) {
      bytes[at++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    bytes[at++] = rest
  }

  const begin = (field: number): number => {
    number(field * 8 + delimited)
    reserve(lengthSize)
    at += lengthSize
    return at
  }

  const end = (from: number): void => {
    const length = at - from
    bytes[from - 4] = (length & 0x7f) | 0x80
    bytes[from - 3] = ((length >>> 7) & 0x7f) | 0x80
    bytes[from - 2] = ((length >>> 14) & 0x7f) | 0x80
    bytes[from - 1] = (length >>> 21) & 0x7f
  }

  return {
    frame: (fill) => {
      reserve(frameHead)
      const start = at
      at += frameHead
      fill()
      bytes[start] = 0 // not compressed
      bytes.writeUInt32BE(at - start - frameHead, start + 1)
    },
    message: (field, fill) => {
      const from = begin(field)
      fill()
      end(from)
    },
    empty: (field) => {
      number(field * 8 + delimited)
      number(0)
    },
    text: (field, value) => {
      const from = begin(field)
      reserve(value.length * utf8Max)
      at += bytes.write(value, at, 'utf8')
      end(from)
    },
    uint: (field, value) => {
      number(field * 8 + varint)
      number(value)
    },
    take: () => {
      const written = Buffer.from(bytes.subarray(0, at))
      at = 0
      if (bytes.length > keptSize) bytes = Buffer.allocUnsafe(initialSize)
      return written
    },
  }
}
