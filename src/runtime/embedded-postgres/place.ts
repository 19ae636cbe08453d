// Where the server's files are: its home. That is `<data folder>/postgres`, unless root hands the
// server to a user who cannot get there (a checkout below /root, say). Then the home is in /var/lib,
// a file in the data folder points to it, and the log says where it went.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Log } from '../log.ts'
import { EmbeddedPostgresError } from './faults.ts'
import { canWorkIn, giveTo, ownerOf, type ServerUser } from './server-user.ts'
import { unprivilegedUser, weAreRoot } from './server-user.ts'

export interface Place {
  /** Owned by the user who runs the server; nobody else may look into it. */
  readonly home: string
  /** Null: we run the server as ourselves. */
  readonly user: ServerUser | null
}

/** Where root keeps what its server user could not reach otherwise. */
export const farFolder = (): string => {
  const lasting = '/var/lib/carillon'
  return existsSync(dirname(lasting)) ? lasting : join(tmpdir(), 'carillon')
}

/** Stops the server that may still run on a home. */
export type Vacate = (home: string) => Promise<void>

/** `dataDir` exists, is a real path, and is locked by us. */
export const choosePlace = async (dataDir: string, log: Log, vacate: Vacate): Promise<Place> => {
  const pointer = join(dataDir, 'postgres-is-elsewhere')
  const home = join(dataDir, 'postgres')
  if (existsSync(pointer)) return pointedPlace(pointer, log)
  if (!weAreRoot()) return ownPlace(home)
  if (existsSync(home)) return placeOfItsOwner(home)
  const user = unprivilegedUser()
  mkdirSync(home, { mode: 0o700 })
  giveTo(user, home)
  if (canWorkIn(home, user)) return { home, user }
  rmSync(home, { recursive: true })
  return farPlace(dataDir, pointer, user, log, vacate)
}

const ownPlace = (home: string): Place => {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const owner = ownerOf(home)
  if (process.getuid === undefined || owner.uid === process.getuid()) return { home, user: null }
  const reason = `it belongs to user ${owner.name}: start as that user or as root`
  throw new EmbeddedPostgresError({ type: 'FolderUnusable', folder: home, reason })
}

const placeOfItsOwner = (home: string): Place => {
  const owner = ownerOf(home)
  // A copy made by root belongs to root, whom Postgres refuses; an empty home is anybody's.
  const isFree = owner.uid === 0 || !existsSync(join(home, 'data'))
  const user = isFree ? unprivilegedUser() : owner
  if (isFree) giveTo(user, home)
  if (canWorkIn(home, user)) return { home, user }
  const reason = `user ${user.name}, who runs PostgreSQL, cannot reach it; move it or open the way`
  throw new EmbeddedPostgresError({ type: 'FolderUnusable', folder: home, reason })
}

const pointedPlace = (pointer: string, log: Log): Place => {
  const home = readFileSync(pointer, 'utf8').trim()
  if (!existsSync(home)) {
    throw new EmbeddedPostgresError({ type: 'DataMissing', folder: home, pointer })
  }
  log.info({ folder: home }, 'the data of postgres is elsewhere')
  return weAreRoot() ? placeOfItsOwner(home) : ownPlace(home)
}

const farPlace = async (
  dataDir: string,
  pointer: string,
  user: ServerUser,
  log: Log,
  vacate: Vacate,
): Promise<Place> => {
  const digest = createHash('sha256').update(dataDir).digest('hex').slice(0, 12)
  const home = join(farFolder(), digest)
  mkdirSync(farFolder(), { recursive: true, mode: 0o755 })
  if (existsSync(home)) await setAside(home, log, vacate)
  mkdirSync(home, { mode: 0o700 })
  giveTo(user, home)
  if (!canWorkIn(home, user)) {
    const reason = `neither there nor in ${home} can user ${user.name} run PostgreSQL`
    throw new EmbeddedPostgresError({ type: 'FolderUnusable', folder: dataDir, reason })
  }
  writeFileSync(`${pointer}.new`, `${home}\n`, { flush: true })
  renameSync(`${pointer}.new`, pointer)
  log.warn(
    { user: user.name, folder: home },
    `cannot reach ${dataDir}: postgres keeps its data elsewhere`,
  )
  return { home, user }
}

/** The data folder was deleted, so its data must not come back; nothing is deleted unasked either. */
const setAside = async (home: string, log: Log, vacate: Vacate): Promise<void> => {
  await vacate(home)
  const aside = `${home}-left-${new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)}`
  renameSync(home, aside)
  log.warn({ folder: aside }, 'set aside the data of a data folder that was deleted')
}
