// Takes in a reply of any length with bounded memory: enough of it to judge, its true length, and
// its hash when the report cannot hold it whole.
import { createHash, type Hash } from 'node:crypto'
import { beginningOf, storable } from '../../../runtime/charset.ts'

export interface ReplyLimits {
  /** The beginning that goes into the report. */
  readonly keptBytes: number
  /** The beginning that is read for its meaning. */
  readonly readBytes: number
}

export class ReplyBytes {
  length = 0
  private chunks: Buffer[] = []
  private hash: Hash | null = null
  private readonly limits: ReplyLimits

  constructor(limits: ReplyLimits) {
    this.limits = limits
  }

  add(chunk: Buffer): void {
    const room = this.limits.readBytes - this.length
    this.length += chunk.length
    if (this.hash === null && this.length > this.limits.keptBytes) {
      this.hash = createHash('sha256')
      for (const earlier of this.chunks) this.hash.update(earlier)
    }
    this.hash?.update(chunk)
    if (room > 0) this.chunks.push(chunk.length > room ? chunk.subarray(0, room) : chunk)
  }

  /** What there is to judge; the whole reply unless it is longer than `readBytes`. */
  bytes(): Buffer {
    const [only] = this.chunks
    if (only === undefined) return empty
    return this.chunks.length === 1 ? only : Buffer.concat(this.chunks)
  }

  get isWhole(): boolean {
    return this.length <= this.limits.readBytes
  }

  /** The report's three fields. A reply that never ended has a hash of what arrived. */
  reported(): { reply: string; replyBytes: number; replySha256: string | null } {
    return {
      reply: storable(beginningOf(this.bytes(), this.limits.keptBytes)),
      replyBytes: this.length,
      replySha256: this.hash?.digest('hex') ?? null,
    }
  }
}

const empty = Buffer.alloc(0)
