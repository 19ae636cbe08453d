// The command line in this process: what it writes, says and answers, as one value.
import type { CliIo } from '../../src/cli/command.ts'
import { runCarillon } from '../../src/cli/carillon.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly error: string
}

interface Around {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
}

export const carillon = async (
  args: readonly string[],
  { input = '', env = {} }: Around = {},
): Promise<Ran> => {
  let out = ''
  let error = ''
  const stdin = (async function* () {
    yield input
  })()
  const code = await runCarillon(args, {
    stdin,
    write: (text) => (out += text),
    writeError: (text) => (error += text),
    now: () => Date.parse('2026-11-23T00:00:00Z'),
    env,
  })
  return { code, out, error }
}

/** Nothing to read, and nobody to read what is written. */
export const quietIo: CliIo = {
  stdin: (async function* () {})(),
  write: () => {},
  writeError: () => {},
  now: () => Date.now(),
  env: {},
}
