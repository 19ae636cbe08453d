// Starts the small service of service.ts as a process group of its own and follows what it says. No
// service outlives its test; no server and no file outlives the tests of its file.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, afterEach } from 'vitest'
import { systemClock } from '../../../src/runtime/clock.ts'
import { vacate } from '../../../src/runtime/embedded-postgres/first-server.ts'
import { readServerRecord } from '../../../src/runtime/embedded-postgres/lock-files.ts'

type Line = Readonly<Record<string, unknown>>

export interface Service {
  readonly child: ChildProcess
  readonly lines: readonly Line[]
  /** The first line, past or to come, that has this; fails when the service ends before. */
  line(part: Line): Promise<Line>
  /** As a Ctrl-C or a kill reaches it: the whole process group. Waits for its end. */
  signal(signal: NodeJS.Signals): Promise<number | null>
}

const services: Service[] = []
const folders: string[] = []

export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-test-'))
  chmodSync(folder, 0o755) // as a folder that someone made, so that root's server user gets in
  folders.push(folder)
  return folder
}

afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.signal('SIGKILL')))
})

afterAll(async () => {
  // Inner folders first: they know where their data went.
  for (const folder of folders.splice(0).toReversed()) {
    const pointer = join(folder, 'postgres-is-elsewhere')
    const far = existsSync(pointer) ? [readFileSync(pointer, 'utf8').trim()] : []
    for (const home of [join(folder, 'postgres'), ...far]) {
      if (!existsSync(home)) continue
      await vacate(systemClock, home)
      rmSync(home, { recursive: true, force: true, maxRetries: 3 })
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
})

export const startService = (dataDir: string): Service => {
  if (!folders.includes(dataDir)) folders.push(dataDir)
  const script = fileURLToPath(new URL('./service.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', script, dataDir], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: Line[] = []
  const waiting = new Set<() => void>()
  const wake = (): void => waiting.forEach((look) => look())
  const ended = once(child, 'close')
  createInterface(child.stdout).on('line', (text) => {
    lines.push(JSON.parse(text))
    wake()
  })
  void ended.then(wake)
  const service: Service = {
    child,
    lines,
    line: (part) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find((line) =>
            Object.entries(part).every(([name, value]) => line[name] === value),
          )
          if (found === undefined && child.exitCode === null && child.signalCode === null) return
          waiting.delete(look)
          if (found !== undefined) resolve(found)
          else reject(new Error(`ended without ${JSON.stringify(part)}: ${JSON.stringify(lines)}`))
        }
        waiting.add(look)
        look()
      }),
    signal: async (signal) => {
      if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, signal)
      await ended
      return child.exitCode
    },
  }
  services.push(service)
  return service
}

export interface Started {
  readonly url: string
  readonly dataFolder: string
}

export const untilStarted = async (service: Service): Promise<Started> => {
  const { value } = await service.line({ fact: 'started' })
  return value as Started // written by service.ts
}

export const query = async (url: string, text: string): Promise<Line[]> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Line>(text)).rows
  } finally {
    await client.end()
  }
}

/** The process id of the server on a data folder. */
export const serverPid = (dataFolder: string): number => readServerRecord(dataFolder)!.pid
