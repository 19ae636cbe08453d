// `npm run chaos -- --minutes 10`: real processes over a real store, and everything that may befall
// them: kill -9, SIGSTOP, a stop in order, a power cut of the database, wrong clocks. Afterwards the
// log is read and held against the list of what was planned and the list of what was delivered; exits
// with 1 when anything is wrong. Its own PostgreSQL runs with fsync; EVENT_STORE_URL names another
// event store, and STORE_RESTART a command that restarts it.
//
//   npm run chaos [-- --minutes 10] [--tasks 2000] [--replicas 3] [--seed 1]
import { execFile } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { createChance } from '../support/chance.ts'
import { startPostgres } from '../support/postgres.ts'
import { checkChaos, checkNodes, openRuns } from './checks.ts'
import { createCluster } from './cluster.ts'
import { readLog } from './log.ts'
import { moody, startReceiver } from './receiver.ts'
import { addTask, inLanes, pauseTask, planTasks } from './tasks.ts'

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    tasks: { type: 'string', default: '2000' },
    replicas: { type: 'string', default: '3' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
const minutes = Number(values.minutes)
const chance = createChance(Number(values.seed))
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const say = (what: string): void => console.log(`${new Date().toISOString().slice(11, 23)} ${what}`)

const folder = mkdtempSync(join(tmpdir(), 'carillon-chaos-'))
const postgres = await startPostgres({ fsync: true })
const databaseUrl = await postgres.freshDatabase()
const eventStoreUrl = process.env['EVENT_STORE_URL'] ?? databaseUrl
const restartStore = process.env['STORE_RESTART']
const receiver = await startReceiver(moody(chance))
say(`seed ${values.seed}, logs of the processes in ${folder}`)

const cluster = await createCluster({
  count: Number(values.replicas),
  environment: { DATABASE_URL: databaseUrl, EVENT_STORE_URL: eventStoreUrl, DATA_DIR: folder },
  folder,
  say,
})
const tasks = planTasks(chance, Number(values.tasks), Date.now() + 5_000)
await inLanes(tasks, 16, (task) => addTask(cluster.ask, task, receiver.url))
say(`${tasks.length} tasks were added`)

const counts = { kills: 0, suspensions: 0, stops: 0, clockSteps: 0, storeRestarts: 0 }

const powerCut = async (): Promise<void> => {
  counts.storeRestarts += 1
  const downMs = chance.between(0, 5_000)
  if (restartStore !== undefined && chance.happens(0.5)) {
    say('the event store is restarted')
    await promisify(execFile)('/bin/sh', ['-c', restartStore])
    return
  }
  if (postgres.server === null) return
  say(`PostgreSQL crashes and is away for ${downMs} ms`)
  await postgres.server.crash()
  await wait(downMs)
  await postgres.server.start()
}

const disturb = async (): Promise<void> => {
  const victim = cluster.pick(chance)
  if (victim === null) return
  const draw = chance.next()
  if (draw < 0.35) {
    counts.kills += 1
    void cluster.kill(victim, chance.between(0, 8_000))
  } else if (draw < 0.55) {
    counts.suspensions += 1
    cluster.suspend(
      victim,
      chance.happens(0.5) ? chance.between(500, 5_000) : chance.between(5_000, 30_000),
    )
  } else if (draw < 0.7) {
    counts.stops += 1
    void cluster.stop(victim, chance.between(0, 3_000))
  } else if (draw < 0.9) {
    counts.clockSteps += 1
    cluster.setClock(victim, chance.pick([-3_600_000, -5_000, -700, 700, 5_000, 3_600_000, 0, 0]))
  } else await powerCut()
}

const endAt = Date.now() + minutes * 60_000
while (Date.now() < endAt) {
  await wait(chance.between(4_000, 12_000))
  await disturb()
}
say('calm from here on')
await cluster.settle()
await wait(20_000)
await inLanes(tasks, 16, (task) => pauseTask(cluster.ask, task))
say('every task is paused')

const quietBy = Date.now() + 120_000
let log = await readLog(eventStoreUrl)
while (openRuns(log) > 0 && Date.now() < quietBy) {
  await wait(2_000)
  log = await readLog(eventStoreUrl)
}
const { findings, ...report } = checkChaos(log, tasks, receiver.deliveries)
const all = [...findings, ...checkNodes(log, cluster.fates()), ...(await cluster.gaps())]
say(JSON.stringify({ ...counts, ...report }))
for (const finding of all.slice(0, 30)) say(finding)
say(`${all.length} findings; again with other timing: npm run chaos -- --seed ${values.seed}`)
await cluster.end()
receiver.close()
await postgres.stop()
process.exitCode = all.length > 0 ? 1 : 0
