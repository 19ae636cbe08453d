// How fast the whole service fires: started as `npm start` starts it, on a Postgres with fsync on,
// with a receiver in a process of its own. Two figures: a burst of tasks due at one instant, until
// the last outcome is in the log; and a steady stream, with the lateness the receiver saw.
//
//   npx tsx benchmarks/fires.ts [--tasks 20000] [--rate 500] [--seconds 10] [--rounds 3]
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import * as os from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { Pool } from 'undici'
import { startPostgres } from '../test/support/postgres.ts'

const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '20000' },
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    store: { type: 'string' },
    /** A folder for a CPU profile of the service. */
    profile: { type: 'string' },
  },
})

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const firstLine = async (child: ChildProcess): Promise<string> => {
  const lines = createInterface({ input: child.stdout! })
  const [line] = (await once(lines, 'line')) as [string]
  lines.resume()
  return line
}

const startService = async (databaseUrl: string, dataDir: string) => {
  const { profile } = values
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
  const args = ['--max-semi-space-size=64', ...profiling, 'scripts/start.js']
  const service = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      ...(values.store === undefined ? {} : { EVENT_STORE_URL: values.store }),
      DATA_DIR: dataDir,
      PORT: '0',
      LOG_FORMAT: 'json',
    },
  })
  const lines = createInterface({ input: service.stdout })
  for await (const line of lines) {
    const url = /carillon is ready on (http:\S+?)"/.exec(line)?.[1]
    if (url === undefined) continue
    service.stdout.on('data', () => undefined)
    return { service, url }
  }
  throw new Error('the service did not start')
}

// What a process has used of the processor, by the kernel's books: unlike a clock on the wall, it says
// the same when other work runs beside it. Linux only.
const cpuMsOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)

const postmasterOf = async (read: pg.Client): Promise<number> => {
  const { rows } = await read.query<{ pid: number }>('select pg_backend_pid() as pid')
  const stat = readFileSync(`/proc/${rows[0]!.pid}/stat`, 'utf8')
  return Number(stat.replace(/^.*\) /, '').split(' ')[1])
}

/** Milliseconds of the processor by process: the service, and each of Postgres. */
const cpuUsed = ({ servicePid, receiverPid, postgresPid }: Stage): ReadonlyMap<number, number> => {
  try {
    const pids = [servicePid, receiverPid, postgresPid, ...childrenOf(postgresPid)]
    return new Map(pids.map((pid) => [pid, cpuMsOf(pid)]))
  } catch {
    return new Map()
  }
}

/** What each connection of Postgres is for. */
const purposes = async ({ read }: Stage): Promise<ReadonlyMap<number, string>> => {
  const { rows } = await read.query<{ pid: number; purpose: string }>(
    `select pid, coalesce(nullif(application_name, ''), backend_type) as purpose from pg_stat_activity`,
  )
  return new Map(rows.map(({ pid, purpose }) => [pid, purpose]))
}

const tellCpu = async (stage: Stage, count: number, before: ReadonlyMap<number, number>) => {
  const purposeOf = await purposes(stage)
  const used = new Map<string, number>()
  const ours = new Map([
    [stage.servicePid, 'the service'],
    [stage.receiverPid, 'the receiver'],
  ])
  for (const [pid, ms] of cpuUsed(stage)) {
    const purpose = ours.get(pid) ?? purposeOf.get(pid) ?? 'postgres'
    used.set(purpose, (used.get(purpose) ?? 0) + ms - (before.get(pid) ?? 0))
  }
  const told = [...used].filter(([, ms]) => ms > count / 1000).sort((a, b) => b[1] - a[1])
  const each = told.map(([purpose, ms]) => `${purpose} ${Math.round((ms / count) * 1000)} µs`)
  console.log(`processor time a fire until it is in the read models: ${each.join(', ')}`)
}

interface Stage {
  readonly servicePid: number
  readonly receiverPid: number
  readonly postgresPid: number
  readonly api: Pool
  readonly receiverUrl: string
  readonly read: pg.Client
}

const addTask = async (
  { api, receiverUrl }: Stage,
  group: string,
  job: string,
  taskConfig: object,
) => {
  const body = JSON.stringify({
    replace: true,
    recallConfig: {
      recallType: 'HTTP',
      option: { url: `${receiverUrl}/run` },
      data: { order: 4711 },
    },
    taskConfig: { triggerType: 'SimpleTrigger', groupCode: group, jobCode: job, ...taskConfig },
  })
  const headers = { 'content-type': 'application/json' }
  const answer = await api.request({
    method: 'POST',
    path: '/dispatchserver/add.do',
    body,
    headers,
  })
  const { success, error } = (await answer.body.json()) as { success: boolean; error: string }
  if (!success) throw new Error(error)
}

const inParallel = async (count: number, lanes: number, work: (n: number) => Promise<void>) => {
  let next = 0
  const lane = async () => {
    for (let n = next++; n < count; n = next++) await work(n)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

/** The receiver is asked first: what the read models are asked costs them something, every time. */
const untilCalled = async (stage: Stage, count: number) => {
  while (((await askReceiver(stage, 'counts'))['distinct'] ?? 0) < count) await pause(50)
}

const untilStats = async (stage: Stage, group: string, count: number) => {
  for (;;) {
    const { rows } = await stage.read.query<{ ended: string }>(
      `select count(*) filter (where outcome = 'succeeded') as ended
       from carillon_read.runs r join carillon_read.tasks t using (task_no)
       where t.task_group = $1`,
      [group],
    )
    if (Number(rows[0]?.ended) >= count) return
    await pause(100)
  }
}

const askReceiver = async ({ receiverUrl }: Stage, path: 'counts' | 'lateness') =>
  (await (await fetch(`${receiverUrl}/${path}`)).json()) as Record<string, number>

/** What the machine could do at this moment with nothing but the calls: the bound of all bounds. */
const bareCalls = async ({ receiverUrl }: Stage): Promise<number> => {
  const count = 20_000
  const receiver = new Pool(receiverUrl, { connections: 64, pipelining: 1 })
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ order: 4711, runId: '0'.repeat(32) })
  const began = performance.now()
  await inParallel(count, 64, async () => {
    const answer = await receiver.request({ method: 'POST', path: '/run', headers, body })
    await answer.body.text()
  })
  const perSecond = count / ((performance.now() - began) / 1000)
  await receiver.close()
  return perSecond
}

const burst = async (stage: Stage, round: number) => {
  const count = Number(values.tasks)
  const group = `burst${round}`
  const registering = performance.now()
  const dueAt = Date.now() + 15_000 + 4 * count
  await inParallel(count, 64, (n) =>
    addTask(stage, group, `t${n}`, {
      startDate: dueAt,
      timeConfig: { interval: 24, intervalType: 'HOUR', isForever: true },
    }),
  )
  const addSeconds = (performance.now() - registering) / 1000
  if (Date.now() > dueAt - 1_000) throw new Error('registering took longer than planned')
  await askReceiver(stage, 'lateness')
  await pause(dueAt - 500 - Date.now())
  console.log(`registered ${count} tasks at ${Math.round(count / addSeconds)}/s; they are due now`)
  const before = cpuUsed(stage)
  await untilCalled(stage, count)
  await untilStats(stage, group, count)
  const end = await stage.read.query<{ last: Date }>(
    `select max(finished_at) as last from carillon_read.runs r join carillon_read.tasks t using (task_no)
     where t.task_group = $1`,
    [group],
  )
  const seconds = (end.rows[0]!.last.getTime() - dueAt) / 1000
  const stats = await askReceiver(stage, 'lateness')
  console.log(
    `burst of ${count}: ${seconds.toFixed(2)} s to the last outcome, ${Math.round(count / seconds)} fires/s` +
      ` (${stats['calls']} calls, ${stats['distinct']} runs)`,
  )
  await tellCpu(stage, count, before)
  const bare = await bareCalls(stage)
  const share = Math.round((count / seconds / bare) * 100)
  console.log(
    `a bare undici loop right after: ${Math.round(bare)} calls/s; the burst did ${share} % of that`,
  )
  return count / seconds
}

const steady = async (stage: Stage, round: number) => {
  const rate = Number(values.rate)
  const seconds = Number(values.seconds)
  const startAt = Date.now() + 5_000
  await inParallel(rate, 32, (n) =>
    addTask(stage, `steady${round}`, `t${n}`, {
      startDate: startAt + Math.floor((n * 1000) / rate),
      timeConfig: { interval: 1, intervalType: 'SECOND', isForever: false, repeatCount: seconds },
    }),
  )
  await untilStats(stage, `steady${round}`, rate * seconds)
  const stats = await askReceiver(stage, 'lateness')
  console.log(
    `${rate} a second for ${seconds} s: lateness at the receiver p50 ${stats['p50']} ms, p95 ${stats['p95']} ms,` +
      ` p99 ${stats['p99']} ms, max ${stats['max']} ms (${stats['calls']} calls)`,
  )
  return stats['p50'] ?? Number.NaN
}

const median = (numbers: number[]): number =>
  numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

const main = async () => {
  console.log(`${os.cpus().length} × ${os.cpus()[0]?.model ?? '?'}, Node ${process.version}`)
  const postgres = await startPostgres({ fsync: true })
  const dataDir = mkdtempSync(join(os.tmpdir(), 'carillon-bench-'))
  const databaseUrl = await postgres.freshDatabase()
  const receiver = spawn(process.execPath, ['benchmarks/support/receiver.js'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const receiverUrl = `http://127.0.0.1:${await firstLine(receiver)}`
  const { service, url } = await startService(databaseUrl, dataDir)
  const read = new pg.Client({ connectionString: databaseUrl })
  await read.connect()
  const stage: Stage = {
    servicePid: service.pid!,
    receiverPid: receiver.pid!,
    postgresPid: await postmasterOf(read),
    api: new Pool(url, { connections: 64 }),
    receiverUrl,
    read,
  }
  try {
    const bursts: number[] = []
    const latenesses: number[] = []
    for (let round = 0; round < Number(values.rounds); round++) {
      bursts.push(await burst(stage, round))
      latenesses.push(await steady(stage, round))
    }
    console.log(`median: ${Math.round(median(bursts))} fires/s, ${median(latenesses)} ms late`)
  } finally {
    await read.end()
    await stage.api.destroy()
    service.kill('SIGTERM')
    await once(service, 'exit')
    receiver.kill()
    rmSync(dataDir, { recursive: true, force: true })
    await postgres.stop()
  }
}

await main()
