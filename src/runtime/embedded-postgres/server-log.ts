// The server's own log, `postgres.log` in the data folder. The server writes to it by itself, so that
// it goes on while we are away; its size is bounded by emptying it into one older file now and then.
import { closeSync, copyFileSync, openSync, readSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'

export interface ServerLog {
  readonly file: string
  /** A handle for the server to append to; the caller closes it. */
  open(): number
  /** Keeps the file below its bound. */
  bound(): void
  /** The line that says why a server failed to start, of what was written since `open`. */
  lastComplaint(): string | null
}

const largestBytes = 4 * 1024 * 1024
const tailBytes = 16 * 1024

export const createServerLog = (dataDir: string): ServerLog => {
  const file = join(dataDir, 'postgres.log')
  let openedAt = 0

  const bound = (): void => {
    const size = sizeOf(file)
    if (size < largestBytes) return
    copyFileSync(file, `${file}.1`)
    truncateSync(file)
    openedAt = 0
  }

  return {
    file,
    bound,
    open: () => {
      bound()
      openedAt = sizeOf(file)
      // Appending is what makes emptying the file under the server's hands safe.
      return openSync(file, 'a', 0o600)
    },
    lastComplaint: () => {
      const lines = tailOf(file, openedAt)
        .split('\n')
        .filter((line) => line.trim() !== '')
      const fatal = lines.findLast((line) => /\b(FATAL|PANIC):/.test(line))
      return (fatal ?? lines.at(-1))?.replace(/^.*?(FATAL|PANIC|LOG): +/, '') ?? null
    },
  }
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

const tailOf = (file: string, from: number): string => {
  const size = sizeOf(file)
  const start = Math.max(from, size - tailBytes)
  const buffer = Buffer.alloc(Math.max(0, size - start))
  const handle = openSync(file, 'r')
  const read = readSync(handle, buffer, 0, buffer.length, start)
  closeSync(handle)
  return buffer.toString('utf8', 0, read)
}
