// A file that is sent while it is still being read: as long as the list it holds.
import { Readable } from 'node:stream'
import type { Context } from 'koa'

export class Download {
  readonly #filename: string
  readonly #type: string
  readonly #chunks: AsyncIterable<string>

  constructor(filename: string, type: string, chunks: AsyncIterable<string>) {
    this.#filename = filename
    this.#type = type
    this.#chunks = chunks
  }

  answer(ctx: Context): void {
    const body = Readable.from(this.#chunks)
    // Too late for another status: the connection is broken off, so that no half of a file passes
    // for the whole.
    body.once('error', () => ctx.res.destroy())
    ctx.status = 200
    ctx.set('Cache-Control', 'no-store')
    ctx.attachment(this.#filename)
    ctx.body = body
    ctx.set('Content-Type', this.#type)
  }
}
