// Random lives of a handful of tasks, as commands: what their rules refuse is simply not written.
import fc from 'fast-check'
import { instantAt } from '../../src/domain/instant.ts'
import { noCalendars } from '../../src/domain/calendar/snapshot.ts'
import type { TaskCommand } from '../../src/domain/task/commands.ts'
import { defaultPolicy } from '../../src/domain/task/definition.ts'
import type { AttemptReport } from '../../src/domain/task/events.ts'
import type { TaskState } from '../../src/domain/task/state.ts'
import { cron, definitionOf, every, runId, taskId } from '../support/definitions.ts'
import type { Written } from './kit.ts'

const beginMs = Date.UTC(2026, 10, 23, 8)
const retries = { max: 2, backoffMs: 2_000, factor: 2, backoffMaxMs: 60_000, jitter: 0 }

export const tasks = [
  taskId('nightly', 'billing'),
  taskId('hourly', 'billing'),
  taskId('清算', '结算'),
  taskId('nightly', 'billing', 'acme'),
]

const definitions = fc.constantFrom(
  definitionOf(every(10_000, { startAt: instantAt(beginMs), calendars: ['quiet'] }), {
    policy: { ...defaultPolicy, retries },
  }),
  definitionOf(every(7_000, { startAt: instantAt(beginMs), repeatCount: 5 }), { name: '对账\0' }),
  definitionOf(cron('0/5 * * * * ?', { jitterMs: 3_000 }), {
    policy: { ...defaultPolicy, overlap: 'queueOne', retries },
  }),
)

const kinds = [
  'add',
  'replace',
  'pause',
  'resume',
  'delete',
  'run',
  'decide',
  'decide',
  'decide',
  'succeed',
  'succeed',
  'fail',
  'accept',
  'report',
  'expire',
  'takeOver',
  'withdraw',
] as const

const draws = fc.record({
  kind: fc.constantFrom(...kinds),
  task: fc.constantFrom(...tasks),
  afterMs: fc.integer({ min: 0, max: 30_000 }),
  pick: fc.nat(5),
  definition: definitions,
})
type Draw = typeof draws extends fc.Arbitrary<infer D> ? D : never

/** Histories begin with every task added, so that most commands find something to do. */
export const histories = fc.array(draws, { minLength: 5, maxLength: 60 })

export const writeHistory = async (
  log: Written,
  history: readonly Draw[],
  /** Before each command, with its number. */
  before: (n: number) => Promise<void> = () => Promise.resolve(),
): Promise<void> => {
  let now = log.latestMs()
  const obey = async (draw: Draw): Promise<void> => {
    now += draw.afterMs
    const n = log.nextNumber()
    await before(n)
    const person =
      draw.pick % 2 === 0 ? { actor: 'wang', reason: '试', source: 'api' as const } : {}
    await log.obey(commandFrom(draw, now, n, log.stateOf(draw.task)), person)
  }
  for (const task of tasks.slice(1))
    await obey({ kind: 'add', task, afterMs: 0, pick: 0, definition: definitionOf(every(10_000)) })
  for (const draw of history) await obey(draw)
}

const commandFrom = (draw: Draw, nowMs: number, n: number, state: TaskState): TaskCommand => {
  const at = { taskId: draw.task, issuedAt: instantAt(nowMs) }
  const planning = {
    ...at,
    runId: runId(n * 1_000),
    context: { calendars: noCalendars, tzVersion: '1' },
  }
  const open = [...state.runs.values()][draw.pick % Math.max(1, state.runs.size)]
  const run = { ...at, runId: open?.runId ?? runId(1) }
  const attempt = { ...run, type: 'RecordAttempt', attempt: open?.attempt ?? 1, chance: 0 } as const
  const report = draw.pick === 1 ? null : reportAt(nowMs - 250)
  switch (draw.kind) {
    case 'add':
    case 'replace':
      return {
        ...at,
        type: 'AddTask',
        definition: draw.definition,
        replace: draw.kind === 'replace',
      }
    case 'pause':
      return { ...at, type: 'PauseTask', until: draw.pick === 2 ? instantAt(nowMs + 60_000) : null }
    case 'resume':
      return { ...planning, type: 'ResumeTask' }
    case 'delete':
      return { ...at, type: 'DeleteTask' }
    case 'run':
      return { ...planning, type: 'TriggerTask' }
    case 'decide':
      return { ...planning, type: 'DecideOccurrences' }
    case 'succeed':
      return { ...attempt, report, result: { type: 'succeeded', resultValue: 'ok\0' } }
    case 'accept':
      return { ...attempt, report, result: { type: 'accepted', resultValue: null } }
    case 'fail': {
      // Now and then an attempt that has been superseded since.
      const number = Math.max(1, attempt.attempt - (draw.pick === 3 ? 1 : 0))
      const result = {
        type: 'failed',
        reason: 'refused',
        resultValue: null,
        retryable: true,
      } as const
      return { ...attempt, attempt: number, report, result }
    }
    case 'report':
      return { ...run, type: 'ReportRun', success: draw.pick > 1, resultValue: 'r', chance: 0 }
    case 'expire':
      return { ...run, type: 'ExpireRun', issuedAt: open?.phaseAt ?? at.issuedAt }
    case 'takeOver':
      return { ...run, type: 'TakeOverRun', from: 'n0' }
    case 'withdraw':
      return { ...run, type: 'WithdrawRun' }
  }
}

export const reportAt = (startedAtMs: number): AttemptReport => ({
  startedAt: instantAt(startedAtMs),
  durationMs: 12.5,
  phases: { queuedMs: 1, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: 11 },
  statusCode: 200,
  reply: 'ok',
  replyBytes: 2,
  replySha256: null,
})
