// Who runs the server. Postgres refuses to run as root, so root hands it to an unprivileged user;
// anyone else runs it as themselves. Whether that user can reach a path is found out by trying as
// that user, which knows about every kind of permission there is.
import { spawnSync } from 'node:child_process'
import { chownSync, lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface ServerUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

export const weAreRoot = (): boolean => process.getuid?.() === 0

/** What `spawn` needs to run something as this user; null: as ourselves. */
export const identityOf = (user: ServerUser | null): { uid?: number; gid?: number } =>
  user === null ? {} : { uid: user.uid, gid: user.gid }

/** The user for a new data folder: `postgres` where there is one, else `nobody`. */
export const unprivilegedUser = (): ServerUser => {
  const known = knownUsers()
  const named = (name: string): ServerUser | undefined => known.find((user) => user.name === name)
  const anyone = { name: '65534', uid: 65_534, gid: 65_534 }
  return named('postgres') ?? named('nobody') ?? known.find(({ uid }) => uid !== 0) ?? anyone
}

/** The user who owns an existing data folder. */
export const ownerOf = (path: string): ServerUser => {
  const { uid, gid } = lstatSync(path)
  return { name: knownUsers().find((user) => user.uid === uid)?.name ?? String(uid), uid, gid }
}

const knownUsers = (): ServerUser[] => {
  const lines = readText('/etc/passwd').split('\n')
  return lines.flatMap((line) => {
    const [name = '', , uid = '', gid = ''] = line.split(':')
    return /^\d+$/.test(uid) && /^\d+$/.test(gid)
      ? [{ name, uid: Number(uid), gid: Number(gid) }]
      : []
  })
}

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Whether the user can enter the folder and write in it. */
export const canWorkIn = (folder: string, user: ServerUser): boolean => {
  const script = 'cd "$1" && test -w . && test -x .'
  const options = { ...identityOf(user), cwd: '/', stdio: 'ignore' } as const
  return spawnSync('/bin/sh', ['-c', script, 'sh', folder], options).status === 0
}

/** Gives a file or folder, with everything in it, to the user. */
export const giveTo = (user: ServerUser | null, path: string): void => {
  if (user === null) return
  chownSync(path, user.uid, user.gid)
  if (!lstatSync(path).isDirectory()) return
  for (const name of readdirSync(path)) {
    const child = join(path, name)
    if (!lstatSync(child).isSymbolicLink()) giveTo(user, child)
  }
}
