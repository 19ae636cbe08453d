// The `carillon` command as a process: `serve` becomes the service, everything else runs and answers
// an exit code. Only this file touches the process.
import { runCarillon } from './carillon.ts'
import { exitCodes } from './command.ts'

const run = async (args: readonly string[]): Promise<number> => {
  if (args[0] === 'serve') {
    await import('../main.ts')
    return process.exitCode === undefined ? exitCodes.ok : Number(process.exitCode)
  }
  return runCarillon(args, {
    stdin: process.stdin,
    write: (text) => void process.stdout.write(text),
    writeError: (text) => void process.stderr.write(text),
    now: () => Date.now(),
    env: process.env,
  })
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
})

process.exitCode = await run(process.argv.slice(2))
