// Where the server listens: on a unix socket in a folder that only its user may enter. The kernel
// allows a socket's path about a hundred bytes; a deeper data folder gets a private temporary folder
// instead, and where there are no such sockets (or no short folder), the loopback address is used.
// The password is asked for on every way in.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { type Place } from './place.ts'
import { giveTo } from './server-user.ts'

export type Endpoint =
  | { readonly type: 'socket'; readonly folder: string; readonly port: number }
  | { readonly type: 'loopback'; readonly port: number }

export const roleName = 'carillon'
/** The one that every new server has. It is all ours, so there is no need of another. */
const databaseName = 'postgres'

const socketPort = 5432
// 104 bytes with the final zero on macOS, 108 on Linux.
const longestSocketPath = 103
const temporaryPrefix = 'carillon-'

export const fitsSocket = (folder: string): boolean =>
  Buffer.byteLength(join(folder, `.s.PGSQL.${socketPort}`)) <= longestSocketPath

export const chooseEndpoint = async ({ home, user }: Place): Promise<Endpoint> => {
  if (process.platform === 'win32') return { type: 'loopback', port: await freePort() }
  const ownFolder = join(home, 'socket')
  if (fitsSocket(ownFolder)) {
    mkdirSync(ownFolder, { recursive: true, mode: 0o700 })
    giveTo(user, ownFolder)
    return { type: 'socket', folder: ownFolder, port: socketPort }
  }
  const parent = [tmpdir(), '/tmp'].find((folder) =>
    fitsSocket(join(folder, `${temporaryPrefix}XXXXXX`)),
  )
  if (parent === undefined) return { type: 'loopback', port: await freePort() }
  const folder = mkdtempSync(join(parent, temporaryPrefix))
  giveTo(user, folder)
  return { type: 'socket', folder, port: socketPort }
}

/** Takes away a temporary socket folder; one in the home stays. */
export const discardEndpoint = (endpoint: Endpoint): void => {
  if (endpoint.type === 'loopback') return
  const isInTemporary = [tmpdir(), '/tmp'].includes(dirname(endpoint.folder))
  const isOurs = basename(endpoint.folder).startsWith(temporaryPrefix)
  if (isInTemporary && isOurs) rmSync(endpoint.folder, { recursive: true, force: true })
}

export const urlOf = (endpoint: Endpoint, password: string): string => {
  const who = `postgres://${roleName}:${password}`
  return endpoint.type === 'loopback'
    ? `${who}@127.0.0.1:${endpoint.port}/${databaseName}`
    : `${who}@localhost:${endpoint.port}/${databaseName}?host=${encodeURIComponent(endpoint.folder)}`
}

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}
