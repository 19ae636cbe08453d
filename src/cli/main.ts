// The `carillon` command: picks the subcommand and hands it its arguments. Subcommands answer an
// exit code; only this file touches the process.
import { previewUsage, runPreview } from './preview.ts'

const help = `Usage: carillon <command> [options]

  serve     run the service as npm start does; its settings come from the environment
  preview   what a schedule will do: next or previous instants, in words

${previewUsage}`

const run = async (args: readonly string[]): Promise<number> => {
  const [command, ...rest] = args
  switch (command) {
    case 'preview':
      return runPreview(rest, {
        stdin: process.stdin,
        write: (text) => void process.stdout.write(text),
        writeError: (text) => void process.stderr.write(text),
        now: () => Date.now(),
      })
    case 'serve':
      await import('../main.ts')
      return 0
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      process.stdout.write(help)
      return 0
    default:
      process.stderr.write(`Unknown command "${command}".\n\n${help}`)
      return 2
  }
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
})

process.exitCode = await run(process.argv.slice(2))
