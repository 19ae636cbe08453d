// What the live feed costs with many listeners: the service as `npm start` starts it, a steady stream of
// fires, and listeners that count the frames they get, some of which take nothing at all. Prints whether
// everyone got everything, how late the last frame came, what became of the stalled, how late calls
// were, and what the service held. Linux only.
//
//   npx tsx benchmarks/feed.ts [--listeners 1000] [--stalled 20] [--groups 20] [--rate 200] [--seconds 30] [--all]
//
// Each listener hears one group; with `--all` everything. Without listeners it tells whether the service
// grows over a long run: `--listeners 0 --stalled 0 --rate 500 --seconds 300`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import * as os from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    listeners: { type: 'string', default: '1000' },
    stalled: { type: 'string', default: '20' },
    groups: { type: 'string', default: '20' },
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '30' },
    all: { type: 'boolean', default: false },
  },
})
const [listeners, stalled, groups] = [values.listeners, values.stalled, values.groups].map(Number)
const [rate, seconds] = [Number(values.rate), Number(values.seconds)]
if (listeners === undefined || stalled === undefined || groups === undefined) process.exit(2)

console.log(`${os.cpus().length} × ${os.cpus()[0]?.model ?? '?'}, Node ${process.version}`)
const dataDir = mkdtempSync(join(os.tmpdir(), 'carillon-feed-'))
const receiver = spawn(process.execPath, ['benchmarks/support/receiver.js'], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
const [port] = (await once(createInterface({ input: receiver.stdout }), 'line')) as [string]
const receiverUrl = `http://127.0.0.1:${port}`
const service = spawn(process.execPath, ['--max-semi-space-size=64', 'scripts/start.js'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: { ...process.env, DATA_DIR: dataDir, PORT: '0', LOG_FORMAT: 'json' },
})
const url = await new Promise<string>((resolve) =>
  createInterface({ input: service.stdout }).on('line', (line) => {
    const ready = /carillon is ready on (http:\S+?)"/.exec(line)?.[1]
    if (ready !== undefined) resolve(ready)
  }),
)
const rssMb = (): number => {
  const status = readFileSync(`/proc/${service.pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s*(\d+)/.exec(status)?.[1]) / 1024)
}

const groupOf = (n: number): string => `group-${n % groups}`
const addTask = async (n: number, startMs: number): Promise<void> => {
  const schedule = { type: 'simple', startAt: new Date(startMs), intervalMs: 1_000, zone: 'UTC' }
  const body = {
    schedule: { ...schedule, repeatCount: seconds - 1 },
    recall: { type: 'http', url: `${receiverUrl}/run` },
  }
  const path = `${url}/api/v1/tasks/${groupOf(n)}/job-${n}`
  const answer = await fetch(path, { method: 'PUT', body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(await answer.text())
  await answer.arrayBuffer()
}

interface Listener {
  readonly socket: Socket
  readonly group: string
  frames: number
  lastAt: number
  ended: boolean
}

const mark = Buffer.from('\nevent: run\n')
const listen = (n: number, isStalled: boolean): Promise<Listener> =>
  new Promise((resolve) => {
    const { hostname, port: servicePort } = new URL(url)
    const socket = connect(Number(servicePort), hostname)
    const group = groupOf(n)
    const listener: Listener = { socket, group, frames: 0, lastAt: 0, ended: false }
    const filter = values.all ? 'kind=run' : `kind=run&group=${group}`
    socket.write(`GET /api/v1/feed?${filter} HTTP/1.0\r\nHost: bench\r\n\r\n`)
    let rest = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      const text = Buffer.concat([rest, chunk])
      for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
        listener.frames += 1
        listener.lastAt = Date.now()
      }
      rest = text.subarray(-(mark.length - 1))
      if (!text.includes('event: ready') && listener.frames === 0) return
      if (isStalled) socket.pause()
      resolve(listener)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => (listener.ended = true))
  })

const before = rssMb()
const ears = await Promise.all(Array.from({ length: listeners }, (_, n) => listen(n, false)))
const deaf = await Promise.all(Array.from({ length: stalled }, (_, n) => listen(n, true)))
console.log(
  `${listeners} listeners and ${stalled} stalled: ${before} MB before, ${rssMb()} MB with them`,
)
const startMs = Date.now() + 20_000
for (let n = 0; n < rate; n += 20)
  await Promise.all(
    Array.from({ length: Math.min(20, rate - n) }, (_, m) =>
      addTask(n + m, startMs + Math.floor(((n + m) * 1_000) / rate)),
    ),
  )
if (Date.now() > startMs) throw new Error('adding took longer than planned')
const endMs = startMs + seconds * 1_000
let most = 0
const everyHalfMinute: number[] = []
for (let second = 0; Date.now() < endMs; second += 1) {
  await sleep(1_000)
  most = Math.max(most, rssMb())
  if (second % 30 === 29) everyHalfMinute.push(rssMb())
}
console.log(`MB every half minute: ${everyHalfMinute.join(', ')}`)
const expectedOf = ({ group }: Listener): number => {
  const tasks = Array.from({ length: rate }, (_, n) => n).filter(
    (n) => values.all || groupOf(n) === group,
  )
  return tasks.length * seconds * 2
}
const missing = (): number => ears.filter((ear) => ear.frames < expectedOf(ear)).length
const patienceMs = 600_000
while (missing() > 0 && Date.now() < endMs + patienceMs) {
  await sleep(250)
  most = Math.max(most, rssMb())
}
const tooMany = ears.filter((ear) => ear.frames > expectedOf(ear)).length
const total = ears.reduce((sum, { frames }) => sum + frames, 0)
const behindMs = Math.max(endMs, ...ears.map(({ lastAt }) => lastAt)) - endMs
console.log(`${total} frames; ${missing()} listeners lack some, ${tooMany} have too many`)
console.log(
  `the last frame came ${(behindMs / 1_000).toFixed(1)} s after the last fire; at most ${most} MB`,
)
// Who takes nothing for half a minute is let go, and does not see it before it takes something.
if (stalled > 0) await sleep(Math.max(0, endMs + 45_000 - Date.now()))
for (const { socket } of deaf) socket.resume()
await sleep(1_000)
console.log(
  `${deaf.filter(({ ended }) => ended).length} of ${stalled} stalled listeners were let go`,
)
console.log(`calls: ${await (await fetch(receiverUrl)).text()}`)
console.log(
  `${rssMb()} MB at the end, ${ears.filter(({ ended }) => ended).length} listeners cut off`,
)
for (const { socket } of [...ears, ...deaf]) socket.destroy()
service.kill('SIGTERM')
await once(service, 'exit')
receiver.kill()
rmSync(dataDir, { recursive: true, force: true })
