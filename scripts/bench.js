// `npm run bench [-- <name> [options]]`: runs one benchmark, the fires of the whole service by default.
// Each says on its first line what machine it ran on; timings are figures to compare, never tests.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, '..', 'benchmarks')
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.slice(0, -'.ts'.length))

const [first = 'fires', ...rest] = process.argv.slice(2)
const [name, options] = first.startsWith('-') ? ['fires', [first, ...rest]] : [first, rest]
if (!names.includes(name)) {
  console.error(`There is no benchmark "${name}"; there are ${names.join(', ')}.`)
  process.exit(2)
}
console.log(`${name}, ${new Date().toISOString().slice(0, 10)}`)
const { status } = spawnSync(
  process.execPath,
  ['--import', 'tsx', join(folder, `${name}.ts`), ...options],
  { stdio: 'inherit', cwd: join(folder, '..') },
)
process.exit(status ?? 1)
