// A deterministic run of the service under faults: one seed decides what callers do, how callees
// behave, what the store does wrong and when the process dies. Afterwards the faults cease, the
// service is left to finish, and the log is held against the reference model.
import * as E from 'fp-ts/lib/Either.js'
import { instantAt } from '../../src/domain/instant.ts'
import type { TaskDefinition } from '../../src/domain/task/definition.ts'
import { defaultPolicy, type OverlapPolicy } from '../../src/domain/task/definition.ts'
import type { TaskId } from '../../src/domain/task/ids.ts'
import type { TaskCommand } from '../../src/domain/task/commands.ts'
import type { EventStore } from '../../src/event-store/event-store.ts'
import { createMemoryEventStore } from '../../src/event-store/memory/memory-event-store.ts'
import { sleep } from '../../src/runtime/clock.ts'
import type { AgendaStore } from '../../src/scheduler/agenda/agenda-store.ts'
import { createMemoryAgendaStore } from '../../src/scheduler/agenda/memory-agenda-store.ts'
import type {
  RecallReply,
  RecallTransport,
} from '../../src/scheduler/recall/transports/transport.ts'
import { createChance, type Chance } from '../support/chance.ts'
import { cron, definitionOf, every, taskId } from '../support/definitions.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'
import { startProcess } from './process.ts'
import { checkLog, type Finding } from './reference.ts'

export interface SimulationReport {
  readonly findings: readonly Finding[]
  readonly events: number
  readonly runs: number
  readonly crashes: number
  readonly commands: number
  readonly calls: number
}

const tasks = 6

/** Breaks a promise on purpose, to show that the checkers see it. */
export interface Sabotage {
  readonly store?: (store: EventStore) => EventStore
  readonly agenda?: (agenda: AgendaStore, now: () => number) => AgendaStore
}

export const simulate = async (
  seed: number,
  minutes: number,
  sabotage: Sabotage = {},
): Promise<SimulationReport> => {
  const chance = createChance(seed)
  const clock = createVirtualClock(Date.UTC(2026, 10, 23))
  const troubles: Finding[] = []
  let calm = false
  let crashes = 0
  let calls = 0
  let commands = 0
  let kill: () => void = () => undefined

  const crashMaybe = (probability: number) => {
    if (!calm && chance.happens(probability)) kill()
  }
  const { store: sound, log } = createMemoryEventStore({
    now: () => clock.now(),
    faults: {
      append: () => (calm ? 'none' : faultOf(chance)),
      read: () => (!calm && chance.happens(0.01) ? 'unavailable' : 'none'),
      deliver: () => (!calm && chance.happens(0.05) ? 'again' : 'once'),
      pause: async (point) => {
        if (!calm && chance.happens(0.2)) await sleep(clock, chance.between(1, 50))
        if (point !== 'deliver') crashMaybe(0.0005)
      },
    },
  })
  const store = sabotage.store?.(sound) ?? sound
  const transport = createCallees(
    chance,
    clock,
    () => calm,
    () => (calls += 1),
  )
  const whole = createMemoryAgendaStore()
  const agenda = sabotage.agenda?.(whole, () => clock.now()) ?? whole
  const onError = (message: string, details: object) => {
    const line = `${message} ${JSON.stringify(details)}`
    if (!line.includes('StoreUnavailable')) troubles.push({ stream: 'log', what: line })
  }
  const start = () => {
    const process = startProcess(
      { clock, store, agenda, transport, chance, onError },
      `n${crashes}`,
    )
    let dead = false
    kill = () => {
      if (dead) return
      dead = true
      crashes += 1
      process.kill()
    }
    return { ...process, isDead: () => dead }
  }

  const acknowledged: { readonly stream: string; readonly revision: number }[] = []
  const act = async (process: ReturnType<typeof start>) => {
    const command = drawCommand(chance, process)
    commands += 1
    const context = { source: 'api', correlationId: `c${commands}`, actor: 'sim' } as const
    const handled = await process.commands.handle(command, context)()
    if (E.isRight(handled) && handled.right.events.length > 0)
      acknowledged.push({
        stream: `task-default/g/${command.taskId.job}`,
        revision: handled.right.revision ?? -1,
      })
  }

  let process = start()
  const endAt = clock.now() + minutes * 60_000
  while (clock.now() < endAt) {
    if (process.isDead()) {
      await clock.advanceBy(chance.happens(0.3) ? chance.between(1_000, 180_000) : 200)
      process = start()
    }
    if (chance.happens(0.3)) void act(process)
    crashMaybe(0.005)
    await clock.advanceBy(chance.between(50, 3_000))
  }
  calm = true
  if (process.isDead()) process = start()
  await clock.advanceBy(10 * 60_000)

  const events = log()
  const heads = new Map<string, number>()
  for (const event of events) heads.set(event.stream, event.revision)
  const lost = acknowledged
    .filter(({ stream, revision }) => (heads.get(stream) ?? -1) < revision)
    .map(({ stream, revision }) => ({
      stream,
      what: `acknowledged revision ${revision} is missing`,
    }))
  return {
    findings: [...troubles, ...lost, ...checkLog(events, clock.now() - 2_000)],
    events: events.length,
    runs: events.filter((event) => event.type === 'TaskTriggered').length,
    crashes,
    commands,
    calls,
  }
}

const faultOf = (chance: Chance) => {
  const draw = chance.next()
  if (draw < 0.01) return 'lost-reply'
  if (draw < 0.02) return 'unavailable'
  if (draw < 0.03) return 'conflict'
  return 'none'
}

const drawCommand = (
  chance: Chance,
  process: Pick<ReturnType<typeof startProcess>, 'now' | 'newRunId' | 'planningContext'>,
): TaskCommand => {
  const id: TaskId = taskId(`t${chance.between(1, tasks)}`)
  const issuedAt = process.now()
  const planned = {
    taskId: id,
    issuedAt,
    runId: process.newRunId(),
    context: process.planningContext(),
  }
  const draw = chance.next()
  if (draw < 0.45)
    return {
      type: 'AddTask',
      taskId: id,
      issuedAt,
      definition: drawDefinition(chance, issuedAt),
      replace: chance.happens(0.7),
    }
  if (draw < 0.6) return { type: 'PauseTask', taskId: id, issuedAt, until: null }
  if (draw < 0.8) return { type: 'ResumeTask', ...planned }
  if (draw < 0.95) return { type: 'TriggerTask', ...planned }
  return { type: 'DeleteTask', taskId: id, issuedAt }
}

const drawDefinition = (chance: Chance, now: number): TaskDefinition => {
  const start = instantAt(now + chance.between(-100, 20) * 1_000)
  const overlap = chance.pick<OverlapPolicy>(['allow', 'allow', 'skip', 'queueOne'])
  const retries = { ...defaultPolicy.retries, max: chance.between(0, 2) }
  const schedule = chance.pick<TaskDefinition['schedule']>([
    cron(`0/${chance.pick([1, 2, 5, 10])} * * * * ?`),
    every(chance.between(1, 30) * 500, { startAt: start }),
    every(chance.between(1, 10) * 1_000, { startAt: start, repeatCount: chance.between(0, 20) }),
  ])
  return definitionOf(schedule, {
    priority: chance.between(0, 9),
    policy: { ...defaultPolicy, overlap, retries, timeoutMs: 5_000, reportDeadlineMs: 60_000 },
  })
}

/** Callees that mostly answer, sometimes fail, hang, or promise to report and never do. */
const createCallees = (
  chance: Chance,
  clock: ReturnType<typeof createVirtualClock>,
  isCalm: () => boolean,
  onCall: () => void,
): RecallTransport => ({
  call: async (request): Promise<RecallReply> => {
    onCall()
    const startedAt = instantAt(clock.now())
    const draw = isCalm() ? 1 : chance.next()
    await sleep(clock, draw < 0.05 ? request.timeoutMs : chance.between(1, 800))
    const phases = { queuedMs: null, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null }
    const durationMs = clock.now() - startedAt
    const report = {
      startedAt,
      durationMs,
      phases,
      statusCode: 200,
      reply: null,
      replyBytes: 0,
      replySha256: null,
    }
    if (draw < 0.05)
      return {
        report,
        result: { type: 'failed', reason: 'timed out', resultValue: null, retryable: true },
      }
    if (draw < 0.15)
      return {
        report,
        result: { type: 'failed', reason: 'refused', resultValue: null, retryable: true },
      }
    if (draw < 0.2) return { report, result: { type: 'accepted', resultValue: null } }
    return { report, result: { type: 'succeeded', resultValue: null } }
  },
  close: () => Promise.resolve(),
})
