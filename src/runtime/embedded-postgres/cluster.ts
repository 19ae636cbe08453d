// The data folder of the server: made once, whole or not at all (written beside its place, then
// renamed into it), and never touched when another major version wrote it. UTF-8 throughout, with
// the C library's C.UTF-8 locale: code-point order, and letters of every script known to searches.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync } from 'node:fs'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { join } from 'node:path'
import { type Log } from '../log.ts'
import { type Binaries } from './binaries.ts'
import { roleName } from './endpoint.ts'
import { EmbeddedPostgresError } from './faults.ts'
import { newPassword, readPassword, writePassword } from './password.ts'
import { type Place } from './place.ts'
import { giveTo, identityOf } from './server-user.ts'

export interface Cluster extends Place {
  readonly binaries: Binaries
  /** Postgres's own data folder. */
  readonly data: string
  readonly password: string
}

export const dataFolderOf = (home: string): string => join(home, 'data')

/** Expects that no server runs on the place. */
export const prepareCluster = async (
  dataDir: string,
  place: Place,
  binaries: Binaries,
  log: Log,
): Promise<Cluster> => {
  for (const name of readdirSync(place.home)) {
    if (name.startsWith('new-')) rmSync(join(place.home, name), { recursive: true })
  }
  const data = dataFolderOf(place.home)
  const exists = existsSync(data)
  if (exists) checkVersion(data, binaries)
  const known = readPassword(dataDir)
  const password = known ?? newPassword()
  const cluster = { ...place, binaries, data, password }
  if (!exists) await initialise(cluster, log)
  else if (known === null) await resetPassword(cluster, log)
  if (known === null) writePassword(dataDir, password)
  return cluster
}

const checkVersion = (data: string, binaries: Binaries): void => {
  const expected = binaries.version.split('.')[0]!
  const file = join(data, 'PG_VERSION')
  const found = existsSync(file) ? readFileSync(file, 'utf8').trim() : 'something else'
  if (found === expected) return
  throw new EmbeddedPostgresError({ type: 'DataOfAnotherVersion', folder: data, found, expected })
}

interface Locale {
  readonly name: string
  readonly options: readonly string[]
}

const libcLocale: Locale = {
  name: 'C.UTF-8 of the C library',
  options: ['--locale-provider=libc', '--locale=C.UTF-8'],
}
/** For systems whose C library has no C.UTF-8: the same order and letters, from Postgres itself. */
const builtinLocale: Locale = {
  name: 'C.UTF-8 of PostgreSQL',
  options: ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
}

const initialise = async (cluster: Cluster, log: Log): Promise<void> => {
  const startedAt = performance.now()
  const draft = join(cluster.home, `new-${process.pid}`)
  mkdirSync(draft, { mode: 0o700 })
  const passwordFile = join(draft, 'password')
  writeFileSync(passwordFile, `${cluster.password}\n`, { mode: 0o600 })
  giveTo(cluster.user, draft)
  const data = join(draft, 'data')
  let complaint = await initdb(cluster, data, passwordFile, libcLocale)
  if (complaint !== null && /locale/i.test(complaint)) {
    log.warn(`this system has no ${libcLocale.name}: using ${builtinLocale.name}`)
    rmSync(data, { recursive: true, force: true })
    complaint = await initdb(cluster, data, passwordFile, builtinLocale)
  }
  if (complaint !== null) {
    rmSync(draft, { recursive: true, force: true })
    throw new EmbeddedPostgresError({ type: 'InitialisationFailed', reason: complaint })
  }
  renameSync(data, cluster.data)
  syncFolder(cluster.home)
  rmSync(draft, { recursive: true })
  const tookMs = Math.round(performance.now() - startedAt)
  log.info({ folder: cluster.data, tookMs }, 'created the database')
}

const initdb = (
  cluster: Cluster,
  data: string,
  passwordFile: string,
  locale: Locale,
): Promise<string | null> => {
  const options = ['--encoding=UTF8', ...locale.options, '--lc-messages=C', '--data-checksums']
  const access = [`--username=${roleName}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256']
  return complaintOf(cluster, cluster.binaries.initdb, ['-D', data, ...options, ...access], '')
}

/** Without a listener and for a single user, Postgres asks for no password. */
const resetPassword = async (cluster: Cluster, log: Log): Promise<void> => {
  const statement = `ALTER ROLE ${roleName} PASSWORD '${cluster.password}'\n`
  const single = ['--single', '-D', cluster.data, '-c', 'log_min_messages=fatal', 'postgres']
  const complaint = await complaintOf(cluster, cluster.binaries.postgres, single, statement)
  if (complaint !== null) {
    throw new EmbeddedPostgresError({ type: 'InitialisationFailed', reason: complaint })
  }
  log.warn('the password file was missing: set a new password')
}

/** Runs a program as the server's user; null when it went well, else the line that says why not. */
const complaintOf = async (
  cluster: Cluster,
  program: string,
  args: readonly string[],
  input: string,
): Promise<string | null> => {
  const child = spawn(program, args, {
    ...identityOf(cluster.user),
    cwd: '/',
    env: serverEnvironment,
  })
  child.stdin.end(input)
  child.stdout.resume()
  const [stderr, code] = await Promise.all([
    text(child.stderr),
    once(child, 'close').then(
      ([status]) => (status === 0 ? null : `status ${String(status)}`),
      (error: unknown) => String(error),
    ),
  ])
  if (code === null) return null
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  return lines.find((line) => /error|fatal|panic/i.test(line)) ?? lines[0] ?? code
}

/** Nothing of our own environment may change what the server does; messages are in English. */
export const serverEnvironment: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
  ...(process.env['SystemRoot'] === undefined ? {} : { SystemRoot: process.env['SystemRoot'] }),
}

const syncFolder = (folder: string): void => {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  fsyncSync(handle)
  closeSync(handle)
}
