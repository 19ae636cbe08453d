// The files by which Postgres tells that it is running: `postmaster.pid` in its data folder and a
// lock beside its socket. After a kill or a reboot they are stale, and when their process id has
// meanwhile gone to someone else, Postgres would refuse to start. They are made harmless here; that
// no server of ours is alive is for the caller to know.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Endpoint } from './endpoint.ts'
import { isServerOn } from './processes.ts'
import { giveTo, type ServerUser } from './server-user.ts'

export interface ServerRecord {
  readonly pid: number
  readonly endpoint: Endpoint
  readonly ready: boolean
}

const fileOf = (data: string): string => join(data, 'postmaster.pid')

/** What the server wrote about itself: one value a line, and fewer lines while it starts. */
export const readServerRecord = (data: string): ServerRecord | null => {
  const lines = (textOf(fileOf(data)) ?? '').split('\n').map((line) => line.trim())
  const [pidText = '', , , portText = '', socketFolder = '', , , status = ''] = lines
  const [pid, port] = [Number(pidText), Number(portText)]
  if (!Number.isSafeInteger(pid) || pid <= 0) return null
  const endpoint: Endpoint =
    socketFolder === ''
      ? { type: 'loopback', port }
      : { type: 'socket', folder: socketFolder, port }
  return { pid, endpoint, ready: status === 'ready' }
}

/** The server that is alive on this data folder, whoever started it. */
export const findServer = (data: string): ServerRecord | null => {
  const record = readServerRecord(data)
  return record !== null && isServerOn(record.pid, data) ? record : null
}

export const clearStaleLocks = (
  data: string,
  endpoint: Endpoint,
  user: ServerUser | null,
): void => {
  clearDataLock(data, user)
  if (endpoint.type === 'loopback') return
  const socket = join(endpoint.folder, `.s.PGSQL.${endpoint.port}`)
  rmSync(socket, { force: true })
  rmSync(`${socket}.lock`, { force: true })
}

/**
 * The file is not deleted: by the shared memory it names, Postgres notices children of a killed
 * server that still work in the folder. Its process id becomes ours instead, the parent of the
 * server to be, which Postgres knows not to fear.
 */
const clearDataLock = (data: string, user: ServerUser | null): void => {
  const file = fileOf(data)
  const text = textOf(file)
  if (text === null) return
  if (readServerRecord(data) === null) return rmSync(file) // empty: the disk was full or lost power
  const rest = text.split('\n').slice(1)
  writeFileSync(`${file}.new`, [String(process.pid), ...rest].join('\n'), { mode: 0o600 })
  giveTo(user, `${file}.new`)
  renameSync(`${file}.new`, file)
}

const textOf = (file: string): string | null => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
