// The whole service as a child process, as `npm start` runs it: its own embedded Postgres in a
// folder of its own, a free port, and no way to outlive the test.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface RunningService {
  readonly url: string
  readonly pid: number
  /** SIGKILL to the whole process group. */
  readonly kill: () => Promise<void>
  /** SIGTERM; resolves with the exit code. */
  readonly stop: () => Promise<number | null>
  readonly log: () => string
}

export const startService = async (
  dataDir: string,
  environment: NodeJS.ProcessEnv = {},
): Promise<RunningService> => {
  const child = spawn(process.execPath, ['scripts/start.js'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DATA_DIR: dataDir, PORT: '0', LOG_FORMAT: 'json', ...environment },
  })
  const lines: string[] = []
  const exited = once(child, 'exit')
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line)
        const ready = /carillon is ready on (http:\S+?)"/.exec(line)?.[1]
        if (ready !== undefined) resolve(ready)
      })
    void exited.then(() => {
      reject(new Error(`the service ended before it was ready:\n${lines.join('\n')}`))
    })
  })
  return {
    url,
    pid: child.pid ?? -1,
    kill: async () => {
      signalGroup(child, 'SIGKILL')
      await exited
    },
    stop: async () => {
      signalGroup(child, 'SIGTERM')
      await exited
      return child.exitCode
    },
    log: () => lines.join('\n'),
  }
}

const signalGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal)
}
