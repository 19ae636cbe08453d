// One real process of the service that can be killed, suspended, stopped in order, and set to a wrong
// time. What it logs goes to a file.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'

export interface ServiceProcess {
  readonly name: string
  readonly pid: number
  /** Null: it has no API. */
  readonly url: string | null
  readonly hasEnded: () => boolean
  readonly kill: () => Promise<void>
  readonly suspend: () => void
  readonly resume: () => void
  readonly setClock: (offsetMs: number) => void
  /** SIGTERM; resolves when it has ended. */
  readonly stop: () => Promise<void>
}

export const startProcess = async (options: {
  readonly name: string
  readonly roles: string
  readonly environment: NodeJS.ProcessEnv
  readonly logFile: string
}): Promise<ServiceProcess> => {
  const { name, roles, environment, logFile } = options
  const child = spawn(process.execPath, ['--import', './test/chaos/clock.js', 'dist/main.js'], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, PORT: '0', LOG_FORMAT: 'json', ROLES: roles, ...environment },
  })
  const exited = once(child, 'exit')
  const url = await untilReady(child, exited, logFile)
  const send = (signal: NodeJS.Signals): void => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
  }
  return {
    name,
    pid: child.pid ?? -1,
    url,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    kill: async () => {
      send('SIGKILL')
      await exited
    },
    suspend: () => send('SIGSTOP'),
    resume: () => send('SIGCONT'),
    setClock: (offsetMs) => {
      if (child.connected) child.send({ offsetMs }, () => undefined)
    },
    stop: async () => {
      send('SIGCONT')
      send('SIGTERM')
      await exited
    },
  }
}

const untilReady = (
  child: ChildProcess,
  exited: Promise<unknown>,
  logFile: string,
): Promise<string | null> =>
  new Promise((resolve, reject) => {
    const log = createWriteStream(logFile, { flags: 'a' })
    let last = ''
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue
      createInterface({ input: stream }).on('line', (line) => {
        log.write(`${line}\n`)
        last = line
        const url = /carillon is ready on (http:\S+?)"/.exec(line)?.[1]
        if (url !== undefined) resolve(url)
        else if (line.includes('"carillon runs"')) resolve(null)
      })
    }
    void exited.then(() => {
      log.end()
      reject(new Error(`the service ended before it was ready: ${last}`))
    })
  })
