// A file that is sent while it is still being read: as long as the list it holds.
import { Readable } from 'node:stream'
import type { Written } from './answer.ts'

/** So much is read before whoever asked has taken what was there. */
const aheadBytesMax = 16_384

export const download =
  (filename: string, type: string, chunks: AsyncIterable<string>): Written =>
  (ctx) => {
    // In bytes: counted in chunks, a reader far ahead of its caller would hold many pages.
    const body = Readable.from(chunks, { objectMode: false, highWaterMark: aheadBytesMax })
    // Too late for another status: the connection is broken off, so that no half of a file passes
    // for the whole.
    body.once('error', () => ctx.res.destroy())
    ctx.status = 200
    ctx.set('Cache-Control', 'no-store')
    ctx.attachment(filename)
    ctx.body = body
    ctx.set('Content-Type', type)
  }
