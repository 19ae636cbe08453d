// The password of the database, random, in a file that only we may read. Losing the file loses
// nothing: the server is ours, and a new password can be set while it is down.
import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const fileOf = (dataDir: string): string => join(dataDir, 'postgres-password')

/** The password on record; null when there is none. */
export const readPassword = (dataDir: string): string | null => {
  try {
    const text = readFileSync(fileOf(dataDir), 'utf8').trim()
    return /^[0-9a-f]{32}$/.test(text) ? text : null
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

export const newPassword = (): string => randomBytes(16).toString('hex')

export const writePassword = (dataDir: string, password: string): void => {
  const file = fileOf(dataDir)
  writeFileSync(`${file}.new`, `${password}\n`, { mode: 0o600, flush: true })
  renameSync(`${file}.new`, file)
}
