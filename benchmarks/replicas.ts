// How soon the process that looks after a task sees what another one has accepted: two whole services
// on one database, tasks spread over both, each run by hand through both in turn. Told is the time from
// the moment the answer of the one arrives to the callback of whichever looks after the task, so the
// call itself is in it. Then one is killed, and told is when the first callback of its tasks arrives.
//
//   npx tsx benchmarks/replicas.ts [--runs 600] [--tasks 100]
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import * as os from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { startPostgres } from '../test/support/postgres.ts'

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '600' }, tasks: { type: 'string', default: '100' } },
})
const [runs, tasks] = [Number(values.runs), Number(values.tasks)]
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

interface Service {
  readonly process: ChildProcess
  readonly url: string
}

const start = async (databaseUrl: string): Promise<Service> => {
  const dataDir = mkdtempSync(join(os.tmpdir(), 'carillon-replica-'))
  const args = ['--max-semi-space-size=64', 'scripts/start.js']
  const service = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      DATA_DIR: dataDir,
      PORT: '0',
      LOG_FORMAT: 'json',
    },
  })
  service.on('exit', () => rmSync(dataDir, { recursive: true, force: true }))
  for await (const line of createInterface({ input: service.stdout })) {
    const url = /carillon is ready on (http:\S+?)"/.exec(line)?.[1]
    if (url === undefined) continue
    service.stdout.on('data', () => undefined)
    return { process: service, url }
  }
  throw new Error('the service did not start')
}

const calls = new Map<string, number>()
const receiver = createServer((request, response) => {
  calls.set(String(request.headers['logid']), performance.now())
  request.resume()
  response.end('{"success":true}')
})

const askRest = async (method: string, url: string, body: object) => {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(url, { method, headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(await answer.text())
  return (await answer.json()) as { readonly runId: string | null }
}

const quantiles = (numbers: readonly number[]): string => {
  const sorted = numbers.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]?.toFixed(1)
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`
}

const main = async () => {
  console.log(`${os.cpus().length} × ${os.cpus()[0]?.model ?? '?'}, Node ${process.version}`)
  const postgres = await startPostgres({ fsync: true })
  const databaseUrl = await postgres.freshDatabase()
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const address = receiver.address()
  const port = typeof address === 'object' ? address?.port : null
  const services = [await start(databaseUrl), await start(databaseUrl)] as const
  await pause(5_000) // shares are dealt out
  const recall = { type: 'http', url: `http://127.0.0.1:${port}/run` }
  const yearly = { type: 'cron', expression: '0 0 2 1 1 ?' }
  for (let n = 0; n < tasks; n += 1)
    await askRest('PUT', `${services[n % 2]?.url}/api/v1/tasks/g/t${n}`, {
      schedule: yearly,
      recall,
    })

  const took: number[] = []
  for (let n = 0; n < runs; n += 1) {
    const { url } = services[n % 2] ?? services[0]
    const { runId } = await askRest('POST', `${url}/api/v1/tasks/g/t${n % tasks}/trigger`, {})
    const answeredAt = performance.now()
    for (let waited = 0; runId !== null && !calls.has(runId) && waited < 5_000; waited += 1)
      await pause(1)
    took.push(Math.max(0, (calls.get(runId ?? '') ?? Infinity) - answeredAt))
  }
  console.log(`from the answer to the callback, ${runs} runs by hand: ${quantiles(took)}`)

  const [first, second] = services
  const dueEverySecond = {
    type: 'simple',
    startAt: new Date().toISOString(),
    intervalMs: 1_000,
    repeatCount: -1,
  }
  for (let n = 0; n < tasks; n += 1)
    await askRest('PUT', `${first.url}/api/v1/tasks/g/t${n}`, { schedule: dueEverySecond, recall })
  await pause(5_000)
  second.process.kill('SIGKILL')
  const killedAt = performance.now()
  const sinceKilledMs = () => performance.now() - killedAt
  const callsOfLastSecond = () =>
    [...calls.values()].filter((at) => at > performance.now() - 1_000).length
  while (sinceKilledMs() < 1_500 || callsOfLastSecond() < tasks) await pause(5)
  console.log(`all tasks fire again ${(sinceKilledMs() / 1_000).toFixed(1)} s after kill -9 of one`)
  first.process.kill('SIGTERM')
  await once(first.process, 'exit')
  receiver.close()
  receiver.closeAllConnections()
  await postgres.stop()
}

await main()
