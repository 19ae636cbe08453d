// How fast questions are answered over a long history: `npx tsx benchmarks/queries.ts [folder] [runs]
// [tasks] [concurrency] [only those whose name has this] [apart]`. The history is the product's own
// (support/history.ts), kept in the folder with its database, so that it is made once and asked as often as
// one likes; the questions go over HTTP to the service proper. Prints of each question how long the slowest
// of its very first askings took (code that has never run, connections to be opened), then the p50 and p95
// over a hundred more, `concurrency` at a time, for its first page and for one deep in the list, with the
// CPU time of one asking (service + database), and what the service holds. Answers are received, and not
// read. Those who ask the same at one time share an answer; with `apart` each asks in a language of their
// own, so that nobody does. Linux only.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import * as E from 'fp-ts/lib/Either.js'
import { createPostgresEventStore } from '../src/event-store/postgres/postgres-event-store.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { startEmbeddedPostgres } from '../src/runtime/embedded-postgres/embedded-postgres.ts'
import { createLog } from '../src/runtime/log.ts'
import { days, dayMs, runIdOf, taskOf, write, type History } from './support/history.ts'

const folder = process.argv[2] ?? 'data/benchmark'
const runs = Number(process.argv[3] ?? 1_000_000)
const tasks = Number(process.argv[4] ?? 20_000)
const concurrency = Number(process.argv[5] ?? 8)
const only = process.argv[6] ?? ''
const isApart = process.argv[7] === 'apart'

const log = createLog({ level: 'warn', format: 'pretty' })
const started = await startEmbeddedPostgres({ dataDir: folder, clock: systemClock, log })
if (E.isLeft(started)) throw new Error(JSON.stringify(started.left))
const postgres = started.right
const opened = await createPostgresEventStore({ url: postgres.url, log: () => undefined })()
if (E.isLeft(opened)) throw new Error(opened.left.reason)
const { store } = opened.right

const begun = performance.now()
const seconds = (): string => ((performance.now() - begun) / 1_000).toFixed(1)

const secondOf = (ms: number): number => Math.floor(ms / 1_000) * 1_000
const head = await store.head()()
if (E.isRight(head) && head.right === null) {
  const beginMs = secondOf(Date.now() - 60_000) - days * dayMs
  const history: History = { runs, tasks, beginMs }
  await write(store, history)
  console.log(`the history of ${runs} runs is written, ${seconds()} s`)
}
const position = await store.head()()
if (E.isLeft(position)) throw new Error(position.left.reason)
await store.close()

// As `npm start` runs it.
const service = spawn(process.execPath, ['--max-semi-space-size=64', 'scripts/start.js'], {
  stdio: ['ignore', 'pipe', 'inherit'],
  env: {
    ...process.env,
    ...{ DATABASE_URL: postgres.url, PORT: '0', LOG_FORMAT: 'json' },
    ROLES: 'api,projections',
  },
})
const url = await new Promise<string>((resolve, reject) => {
  createInterface({ input: service.stdout }).on('line', (line) => {
    const ready = /carillon is ready on (http:\S+?)"/.exec(line)?.[1]
    if (ready !== undefined) resolve(ready)
  })
  service.once('exit', () => reject(new Error('the service ended')))
})
console.log(`the service is ready, ${seconds()} s`)
type Answer = Readonly<Record<string, unknown>>
const ask = async (path: string, asker = 0): Promise<Response> => {
  const headers = { 'Accept-Language': isApart ? `en;q=0.${asker + 1}` : 'en' }
  const response = await fetch(`${url}${path}`, { headers })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response
}
const get = async (path: string): Promise<Answer> => (await (await ask(path)).json()) as Answer
const receive = async (path: string, asker: number): Promise<unknown> =>
  (await ask(path, asker)).arrayBuffer()
const isThere = async (): Promise<boolean> => {
  const after = `/api/v1/groups?after=${position.right ?? ''}`
  return (await fetch(`${url}${after}`)).ok
}
while (!(await isThere())) await new Promise((resolve) => setTimeout(resolve, 1_000))
console.log(`the read models are there, ${seconds()} s`)

const one = taskOf(7)
const task = `/api/v1/tasks/${one.group}/${one.job}`
const iso = (ms: number): string => new Date(ms).toISOString()
const now = Date.now()
const newest = (await get(`${task}/events?limit=1`))['events'] as readonly { position: string }[]
const early = newest[0]?.position ?? ''
const middle = iso(now - 5 * dayMs)
const q = encodeURIComponent

/** `list`: the answer has pages. */
const questions: readonly (readonly [string, string, 'list'?])[] = [
  ['tasks', '/api/v1/tasks', 'list'],
  ['tasks, group', '/api/v1/tasks?group=group-7', 'list'],
  ['tasks, paused', '/api/v1/tasks?status=Paused', 'list'],
  ['tasks, kind', '/api/v1/tasks?kind=simple', 'list'],
  ['tasks, kind none', '/api/v1/tasks?kind=cron', 'list'],
  ['tasks, next fire', `/api/v1/tasks?nextFrom=${iso(now)}&nextTo=${iso(now + 3_600_000)}`, 'list'],
  ['tasks, last failed', '/api/v1/tasks?lastOutcome=failed', 'list'],
  ['tasks, last timed out (none)', '/api/v1/tasks?lastOutcome=timed-out', 'list'],
  ['tasks, failing', '/api/v1/tasks?failing=true', 'list'],
  ['tasks, text job-1999', '/api/v1/tasks?q=job-1999', 'list'],
  ['tasks, text 结算', `/api/v1/tasks?q=${q('结算')}`, 'list'],
  ['tasks, text 账', `/api/v1/tasks?q=${q('账')}`, 'list'],
  ['tasks, text nowhere', '/api/v1/tasks?q=nowhere', 'list'],
  ['tasks, calendar (none)', '/api/v1/tasks?calendar=holidays', 'list'],
  ['tasks, with 20 verdicts each', '/api/v1/tasks?recent=20', 'list'],
  ['tasks, group and text', '/api/v1/tasks?group=group-0&q=job', 'list'],
  ['task', task],
  ['groups', '/api/v1/groups'],
  ['runs', '/api/v1/runs', 'list'],
  ['runs, group', '/api/v1/runs?group=group-7', 'list'],
  ['runs, task', `/api/v1/runs?group=${one.group}&job=${one.job}`, 'list'],
  ['runs, failed', '/api/v1/runs?outcome=failed', 'list'],
  ['runs, running (none)', '/api/v1/runs?outcome=running', 'list'],
  ['runs, timed out (none)', '/api/v1/runs?outcome=timed-out', 'list'],
  ['runs, group and failed', '/api/v1/runs?group=group-0&outcome=failed', 'list'],
  ['runs, cause manual (none)', '/api/v1/runs?cause=manual', 'list'],
  ['runs, cause schedule', '/api/v1/runs?cause=schedule', 'list'],
  ['runs, a day', `/api/v1/runs?from=${middle}&to=${iso(now - 4 * dayMs)}`, 'list'],
  ['runs, 2 s late', '/api/v1/runs?latenessMin=2000', 'list'],
  ['runs, lasting 3 s', '/api/v1/runs?durationMin=3000', 'list'],
  ['runs, lasting 60 s (none)', '/api/v1/runs?durationMin=60000', 'list'],
  ['runs, lasting 10 ms', '/api/v1/runs?durationMin=10', 'list'],
  ['runs, group and late', '/api/v1/runs?group=group-7&latenessMin=2000', 'list'],
  ['runs, group and lasting 60 s (none)', '/api/v1/runs?group=group-7&durationMin=60000', 'list'],
  ['runs, failed and late', '/api/v1/runs?outcome=failed&latenessMin=2000', 'list'],
  ['runs, text done', '/api/v1/runs?q=done', 'list'],
  ['runs, text 余额', `/api/v1/runs?q=${q('余额')}`, 'list'],
  ['runs, text 额', `/api/v1/runs?q=${q('额')}`, 'list'],
  ['runs, text 结算 (of tasks)', `/api/v1/runs?q=${q('结算')}`, 'list'],
  ['runs, text batch 500007', '/api/v1/runs?q=batch%20500007', 'list'],
  ['runs, text nowhere', '/api/v1/runs?q=nowhere', 'list'],
  ['runs, text in a group', `/api/v1/runs?group=group-7&q=${q('余额')}`, 'list'],
  ['run', `/api/v1/runs/${runIdOf(500_008)}`],
  ['occurrences', `${task}/occurrences?from=${middle}&to=${iso(now)}`, 'list'],
  ['why, past', `${task}/why?at=${middle}`],
  ['why, to come', `${task}/why?at=${iso(now + dayMs)}`],
  ['raw events', `${task}/events?limit=100`],
  ['task as of a position', `${task}?asOf=${early}`],
  ['tasks as of a position', `/api/v1/tasks?asOf=${early}`, 'list'],
  ['tasks as of an instant', `/api/v1/tasks?asOf=${iso(now)}`, 'list'],
  ['agenda', '/api/v1/agenda', 'list'],
  ['agenda, group', '/api/v1/agenda?group=group-7', 'list'],
  ['agenda, task', `/api/v1/agenda?group=${one.group}&job=${one.job}`, 'list'],
  ['load by minute', '/api/v1/agenda/load?step=minute'],
  ['load by hour, a week', `/api/v1/agenda/load?step=hour&to=${iso(now + 7 * dayMs)}`],
  ['agenda as of', `/api/v1/agenda?asOf=${early}`, 'list'],
  ['versions', `${task}/versions`],
  ['versions, diff', `${task}/versions/diff?from=0&to=5`],
  ['resume preview', `/api/v1/tasks/group-0/job-0/resume-preview`],
  ['activity', '/api/v1/activity', 'list'],
  ['activity, group', '/api/v1/activity?group=group-7', 'list'],
  ['activity, task', `/api/v1/activity?group=${one.group}&job=${one.job}`, 'list'],
  ['activity, type', '/api/v1/activity?type=TaskPaused', 'list'],
  ['activity, types', '/api/v1/activity?type=TaskPaused,RecallFailed', 'list'],
  ['activity, type none', '/api/v1/activity?type=TaskDeleted', 'list'],
  ['activity, actor', '/api/v1/activity?actor=wang', 'list'],
  ['activity, actor none', '/api/v1/activity?actor=nobody', 'list'],
  ['activity, source recall (none)', '/api/v1/activity?source=recall', 'list'],
  ['activity, source scheduler', '/api/v1/activity?source=scheduler', 'list'],
  ['activity, actor and type', '/api/v1/activity?actor=lin&type=TaskAdded', 'list'],
  ['activity, actor and fires (none)', '/api/v1/activity?actor=lin&type=TaskTriggered', 'list'],
  ['activity, source none', '/api/v1/activity?source=console', 'list'],
  ['activity, group and type none', '/api/v1/activity?group=group-7&type=TaskDeleted', 'list'],
  ['activity, window', `/api/v1/activity?from=${iso(now - dayMs)}&to=${iso(now)}`, 'list'],
  ['ledger', '/api/v1/ledger', 'list'],
  ['ledger, group', '/api/v1/ledger?group=group-7', 'list'],
  ['ledger, task', `/api/v1/ledger?group=${one.group}&job=${one.job}`, 'list'],
  ['ledger, overlapping', '/api/v1/ledger?verdict=overlapping', 'list'],
  ['ledger, calendar (none)', '/api/v1/ledger?verdict=calendar', 'list'],
  ['ledger, window', `/api/v1/ledger?from=${middle}&to=${iso(now - 4 * dayMs)}`, 'list'],
  ['gaps', '/api/v1/gaps', 'list'],
  ['stats, a day of minutes', `/api/v1/stats?step=minute&from=${iso(now - dayMs)}&to=${iso(now)}`],
  [
    'stats, ten days of hours',
    `/api/v1/stats?step=hour&from=${iso(now - 10 * dayMs)}&to=${iso(now)}`,
  ],
  ['stats, 30 days', `/api/v1/stats?step=day&from=${iso(now - 30 * dayMs)}&to=${iso(now)}`],
  [
    'stats of a group, ten days of hours',
    `/api/v1/stats?step=hour&group=group-7&from=${iso(now - 10 * dayMs)}&to=${iso(now)}`,
  ],
  [
    'stats of a task, 30 days',
    `/api/v1/stats?step=day&group=${one.group}&job=${one.job}&from=${iso(now - 30 * dayMs)}&to=${iso(now)}`,
  ],
  ['summary', '/api/v1/stats/summary'],
  ['readiness', '/health/ready'],
]

const deepPage = async (path: string): Promise<string | null> => {
  const joint = path.includes('?') ? '&' : '?'
  let next: string | null = null
  for (let n = 0; n < 20; n += 1) {
    const { next: following } = await get(next === null ? path : `${path}${joint}cursor=${q(next)}`)
    if (typeof following !== 'string') break
    next = following
  }
  return next === null ? null : `${path}${joint}cursor=${q(next)}`
}

const askings = 100
const tickMs = 10

const cpuMsOf = (pid: number | string): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) * tickMs // user and system
}

/** CPU time of the service and of its database's processes so far; other work does not disturb it. */
const cpuMs = (): readonly [number, number] => {
  const server = readFileSync(join(postgres.dataFolder, 'postmaster.pid'), 'utf8').split('\n')[0]
  const children = readFileSync(`/proc/${server}/task/${server}/children`, 'utf8').trim()
  const database = children.split(' ').reduce((sum, pid) => sum + cpuMsOf(pid), 0)
  return [cpuMsOf(service.pid ?? 0), database]
}

type Ask = (asker: number) => Promise<unknown>

/** How long each took, in rising order, ms. */
const timesOf = async (ask: Ask, times: number): Promise<readonly number[]> => {
  const took: number[] = []
  let left = times
  const asker = async (number: number): Promise<void> => {
    while (left-- > 0) {
      const at = performance.now()
      await ask(number)
      took.push(performance.now() - at)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, (_, n) => asker(n)))
  return took.sort((a, b) => a - b)
}

const timed = async (ask: Ask): Promise<string> => {
  const first = await timesOf(ask, concurrency)
  const before = cpuMs()
  const took = await timesOf(ask, askings)
  const at = (share: number): string => (took[Math.ceil(askings * share) - 1] ?? 0).toFixed(1)
  const [service, database] = cpuMs().map((ms, n) => ((ms - (before[n] ?? 0)) / askings).toFixed(1))
  const slowest = (first.at(-1) ?? 0).toFixed(0)
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms (CPU ${service} + ${database} ms, first ${slowest} ms)`
}

/** Until a file begins to come; the rest is not waited for. */
const firstByte = async (path: string): Promise<void> => {
  const leaving = new AbortController()
  const response = await fetch(`${url}${path}`, { signal: leaving.signal })
  await response.body?.getReader().read()
  leaving.abort()
}

for (const [name, path, list] of questions) {
  if (!name.includes(only)) continue
  const deep = list === undefined ? null : await deepPage(path)
  const behind = deep === null ? '' : `; deep: ${await timed((asker) => receive(deep, asker))}`
  console.log(`${name}: ${await timed((asker) => receive(path, asker))}${behind}`)
}
const simulation = async (): Promise<void> => {
  const body = JSON.stringify({
    ...{ from: iso(now), to: iso(now + 7 * dayMs) },
    paused: { from: iso(now + dayMs), to: iso(now + 2 * dayMs) },
  })
  const response = await fetch(`${url}${task}/simulate`, { method: 'POST', body })
  if (!response.ok) throw new Error(await response.text())
  await response.text()
}
if ('simulate'.includes(only)) console.log(`simulate a pause, a week: ${await timed(simulation)}`)
for (const path of ['/api/v1/exports/tasks', '/api/v1/exports/runs?format=csv'])
  if (path.includes(only) || only === '')
    console.log(`${path}, first byte: ${await timed(() => firstByte(path))}`)
const status = readFileSync(`/proc/${service.pid}/status`, 'utf8')
console.log(`the service holds ${/VmRSS:\s*(\d+)/.exec(status)?.[1]} kB`)
service.kill('SIGTERM')
await new Promise((resolve) => service.once('exit', resolve))
await postgres.stop()
