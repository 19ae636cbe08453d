// How fast time is told: nanoseconds per next fire and per parse for each kind of expression, in UTC
// and in a zone with clock changes, and bytes per compiled schedule where schedules repeat. Quartz
// 2.3.2 takes about 1.5 to 6.6 µs per next fire; the aim is under 1 µs, at most 10 µs per parse and
// at most 300 bytes. Run: npx tsx benchmarks/time.ts (with --expose-gc for the memory figure).
import * as E from 'fp-ts/lib/Either.js'
import { cpus } from 'node:os'
import { cronNext, quartzRules } from '../src/domain/schedule/cron-fires.ts'
import { type QuartzCron } from '../src/domain/schedule/quartz-cron.ts'
import { parseQuartzCron } from '../src/domain/schedule/quartz-parser.ts'
import { type Schedule } from '../src/domain/schedule/schedule.ts'
import { compileTimetable, type Timetable } from '../src/domain/schedule/timetable.ts'
import { findZone, type Zone } from '../src/domain/schedule/zone.ts'

const kinds = [
  ['every 5 seconds', '0/5 * * * * ?'],
  ['every 15 minutes', '0 0/15 * * * ?'],
  ['working days', '0 0 9 ? * MON-FRI'],
  ['first of the month', '0 0 0 1 * ?'],
  ['last day', '0 0 12 L * ?'],
  ['last working day', '0 0 12 LW * ?'],
  ['nearest working day', '0 0 9 15W * ?'],
  ['second Friday', '0 0 9 ? * FRI#2'],
  ['last Friday', '0 0 9 ? * 6L'],
  ['leap day', '0 0 0 29 2 ?'],
  ['years', '0 0 0 L-3W * ? 2020-2099'],
  ['lists, wraps, steps', '1,7,13 */7 22-4/3 ? 3-11/2 2-6'],
] as const

const startMs = Date.parse('2026-01-01T00:00:00Z')
const rounds = 7
const nextsPerRound = 30_000
const parsesPerRound = 10_000

const rightOf = <L, R>(either: E.Either<L, R>): R => {
  if (E.isLeft(either)) throw new Error(JSON.stringify(either.left))
  return either.right
}

/** The best of several rounds: what the work costs when the machine does nothing else. */
const nanoseconds = (times: number, work: () => void): number => {
  let best = Infinity
  for (let round = 0; round < rounds; round += 1) {
    const start = process.hrtime.bigint()
    work()
    best = Math.min(best, Number(process.hrtime.bigint() - start) / times)
  }
  return Math.round(best)
}

const nextCost = (cron: QuartzCron, zone: Zone): number =>
  nanoseconds(nextsPerRound, () => {
    let at = startMs
    for (let index = 0; index < nextsPerRound; index += 1) {
      at = cronNext(cron, zone, quartzRules, at) ?? startMs
    }
  })

const parseCost = (expression: string): number =>
  nanoseconds(parsesPerRound, () => {
    for (let index = 0; index < parsesPerRound; index += 1) parseQuartzCron(expression)
  })

const scheduleOf = (index: number): Schedule => ({
  type: 'cron',
  expression: `0 ${index % 60} ${index % 24} ? * MON-FRI`,
  dialect: 'quartz',
  startAt: null,
  misfire: 'smart',
  gap: 'skip',
  overlap: 'second',
  zone: 'America/New_York',
  endAt: null,
  misfireThresholdMs: 60_000,
  catchUpMax: 100,
  catchUpWindowMs: null,
  jitterMs: 0,
  calendars: [],
})

/** Heap bytes per task for what compiling adds, a hundred thousand tasks on a few hundred rules. */
const bytesPerSchedule = (): number | null => {
  if (globalThis.gc === undefined) return null
  const tasks = 100_000
  const held: Timetable[] = []
  held.length = tasks
  globalThis.gc()
  const before = process.memoryUsage().heapUsed
  for (let index = 0; index < tasks; index += 1) {
    held[index] = rightOf(compileTimetable(scheduleOf(index)))
  }
  globalThis.gc()
  const after = process.memoryUsage().heapUsed
  return held.length === 0 ? null : Math.round((after - before) / tasks)
}

console.log(
  `${new Date().toISOString()}  Node ${process.version}, tz ${process.versions.tz ?? '?'}`,
)
console.log(cpus()[0]?.model ?? 'unknown processor')
console.log(
  `${'kind'.padEnd(22)}${'UTC'.padStart(8)}${'New York'.padStart(10)}${'parse'.padStart(8)}  (ns)`,
)
for (const [kind, expression] of kinds) {
  const cron = rightOf(parseQuartzCron(expression))
  const [inUtc, inNewYork] = ['UTC', 'America/New_York'].map((name) =>
    nextCost(cron, rightOf(findZone(name))),
  )
  const parse = parseCost(expression)
  console.log(
    `${kind.padEnd(22)}${String(inUtc).padStart(8)}${String(inNewYork).padStart(10)}${String(parse).padStart(8)}`,
  )
}
const bytes = bytesPerSchedule()
console.log(`bytes per repeated schedule: ${bytes ?? 'start with --expose-gc to measure'}`)
