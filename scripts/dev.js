// `npm run dev`: runs the sources as they are and starts again whenever one of them is saved. The
// service is told to stop and awaited each time, so that its database is never left half-way.
import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const args = ['--watch', '--import', 'tsx', 'src/main.ts', ...process.argv.slice(2)]
const child = spawn(process.execPath, args, { stdio: 'inherit', cwd: root })

// A Ctrl-C reaches the child by itself; we only wait for it. Other signals are handed on.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)))
