// Compiles src/ to dist/, the types of the client beside it, and the console to dist/console.
// `buildIfStale` does so only when a source is newer than the last good build, which is what `npm start` uses: a second start costs a directory walk, not a compile.
//
// As npm's `prepare` it must not fail where the compiler is not installed (`--omit=dev`): then it says
// so, and what was built before is used.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const inputs = ['src', 'console', 'tsconfig.json', 'tsconfig.build.json', 'tsconfig.client.json']
const entry = join(root, 'dist', 'main.js')
// Written after a build without errors; the compiler's own files do not tell.
const stamp = join(root, 'dist', '.built')

const newestMtimeMs = (path) => {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestMtimeMs(join(path, name))))
}

/** The TypeScript compiler and the console's bundler; null unless both are installed. */
const findCompiler = () => {
  try {
    const { resolve } = createRequire(import.meta.url)
    const bundler = join(dirname(resolve('vite/package.json')), 'bin', 'vite.js')
    return { compiler: resolve('typescript/bin/tsc'), bundler }
  } catch {
    return null
  }
}

const run = (args) => {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root })
  if (status !== 0) process.exit(status ?? 1)
}

const compile = ({ compiler, bundler }) => {
  const startedAt = new Date()
  rmSync(stamp, { force: true })
  run([compiler, '-p', join(root, 'tsconfig.build.json')])
  run([compiler, '-p', join(root, 'tsconfig.client.json')])
  run([bundler, 'build', join(root, 'console'), '--logLevel', 'warn'])
  writeFileSync(stamp, '')
  // What was saved while the compiler ran is newer than this.
  utimesSync(stamp, startedAt, startedAt)
}

export const build = () => {
  const compiler = findCompiler()
  if (compiler !== null) return void compile(compiler)
  console.log('carillon: not built, because the compiler (a dev dependency) is not installed')
}

export const buildIfStale = () => {
  const newest = Math.max(...inputs.map((name) => newestMtimeMs(join(root, name))))
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= newest) return
  const compiler = findCompiler()
  if (compiler !== null) return void compile(compiler)
  if (existsSync(entry)) return
  console.error('carillon: there is no build yet, and no compiler: run `npm install` first')
  process.exit(1)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) build()
