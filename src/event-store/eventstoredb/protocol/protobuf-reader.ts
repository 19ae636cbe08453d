// Walks through one protocol message, field by field, without making anything of it but what is asked
// for. Reading a burst's events back is most of what a subscriber costs.
import assert from 'node:assert'

const varint = 0
const fixed64 = 1
const delimited = 2
const fixed32 = 5

export class ProtobufReader {
  /** The field that `next` has found. */
  field = 0
  private kind = 0
  private at: number
  private end: number
  private readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
    this.at = 0
    this.end = bytes.length
  }

  /** Goes to the next field of this message; false behind the last. What is found is read or skipped. */
  next(): boolean {
    if (this.at >= this.end) return false
    const key = this.uint()
    this.field = Math.floor(key / 8)
    this.kind = key % 8
    return true
  }

  /** Beyond nine petabytes not exact; whoever takes it for a revision or a place checks that. */
  uint(): number {
    let value = 0
    for (let factor = 1; ; factor *= 0x80) {
      const byte = this.bytes[this.at++]
      assert(byte !== undefined && this.at <= this.end, 'a protocol message that ends too early')
      value += (byte & 0x7f) * factor
      if (byte < 0x80) break
    }
    return value
  }

  text(): string {
    const to = this.lengthEnd()
    const text = this.bytes.toString('utf8', this.at, to)
    this.at = to
    return text
  }

  /** Reads a nested message: inside, `next` ends where it ends. */
  nested<T>(read: (reader: this) => T): T {
    const to = this.lengthEnd()
    const outer = this.end
    this.end = to
    const found = read(this)
    this.at = to
    this.end = outer
    return found
  }

  skip(): void {
    switch (this.kind) {
      case varint:
        while ((this.bytes[this.at++] ?? 0) >= 0x80);
        return
      case fixed64:
        this.at += 8
        return
      case delimited:
        this.at = this.lengthEnd()
        return
      case fixed32:
        this.at += 4
        return
      default:
        assert.fail(`a protocol message with a field of kind ${this.kind}`)
    }
  }

  private lengthEnd(): number {
    const length = this.uint()
    const to = this.at + length
    assert(to <= this.end, 'a protocol message that ends too early')
    return to
  }
}
