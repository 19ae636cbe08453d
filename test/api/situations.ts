// Constructed situations, each with an instant that somebody asks about and what the answer has to be.
// The task fires on every full ten seconds in UTC unless it says otherwise.
import { instantOf, started, task, type Time, type World } from './situation-world.ts'

export interface Situation {
  readonly name: string
  readonly given: (world: World) => Promise<unknown>
  readonly now: Time
  readonly asked: Time
  readonly verdict: string
  /** Types of the events it rests on, in order. */
  readonly rests: readonly string[]
  /** Stand in the English sentence. */
  readonly says?: readonly string[]
  /** Part of the answer. */
  readonly answers?: object
}

const tens = { type: 'cron', expression: '0/10 * * * * ?', zone: 'UTC' }
const doNothing = { ...tens, misfire: 'doNothing' }
const ignoring = { ...tens, misfire: 'ignore' }
const grid = { type: 'simple', startAt: '2026-11-23T08:00:10Z', intervalMs: 10_000, zone: 'UTC' }
const overlap = (policy: string) => ({ policy: { overlap: policy } })
const ok = { type: 'succeeded', resultValue: 'done' } as const
const no = { type: 'failed', reason: 'refused', resultValue: null, retryable: true } as const
const later = { type: 'accepted', resultValue: null, deadlineAt: null } as const
const wednesdays = { zone: 'UTC', rules: [{ type: 'cron', expression: '20-40 * * * * ?' }] }
const byLin = ['by lin', 'reason: stock-taking']
const closed = { ...tens, calendars: ['holidays'] }
const define = (world: World) => world.rest(0, 'PUT', '/api/v1/calendars/holidays', wednesdays)

/** Added at second 1. */
const added =
  (schedule: object, others: object = {}) =>
  (next: (world: World) => Promise<unknown> = () => Promise.resolve()) =>
  async (world: World) => {
    await world.put(1, schedule, others)
    await next(world)
  }

const fired: readonly Situation[] = [
  {
    name: 'fired, and it succeeded',
    given: added(tens)(async (w) => {
      await w.decide(10)
      await w.attempt(11, 10, ok)
    }),
    ...{ now: 12, asked: 10, verdict: 'fired', rests: ['TaskTriggered', 'RecallSucceeded'] },
    says: ['Fired at 2026-11-23T08:00:10+00:00', 'succeeded'],
  },
  {
    name: 'fired, and it failed',
    given: added(tens)(async (w) => {
      await w.decide(10)
      await w.attempt(11, 10, no)
    }),
    ...{ now: 12, asked: 10, verdict: 'fired', rests: ['TaskTriggered', 'RecallFailed'] },
    says: ['failed'],
  },
  {
    name: 'fired, and still running',
    given: added(tens)((w) => w.decide(10)),
    ...{ now: 12, asked: 10, verdict: 'fired', rests: ['TaskTriggered'], says: ['is running'] },
  },
  {
    name: 'fired, failed, and to be tried again',
    given: added(tens, { policy: { retries: { max: 2 } } })(async (w) => {
      await w.decide(10)
      await w.attempt(11, 10, no)
    }),
    ...{ now: 12, asked: 10, verdict: 'fired', rests: ['TaskTriggered', 'RecallFailed'] },
    says: ['is being tried again'],
  },
  {
    name: 'fired, and the callee will report',
    given: added(tens)(async (w) => {
      await w.decide(10)
      await w.attempt(11, 10, later)
    }),
    ...{ now: 12, asked: 10, verdict: 'fired', rests: ['TaskTriggered', 'RecallAccepted'] },
    says: ['was accepted and will report'],
  },
  {
    name: 'fired, and a person ended it',
    given: added(tens)(async (w) => {
      await w.decide(10)
      await w.attempt(11, 10, later)
      await w.rest(12, 'POST', `/api/v1/runs/${w.runOf(10)}/cancel`, {})
    }),
    ...{ now: 13, asked: 10, verdict: 'fired', rests: ['TaskTriggered', 'RunCancelled'] },
    says: ['was withdrawn'],
  },
  {
    name: 'fired some seconds late, by a busy service',
    given: added(tens)(async (w) => {
      await w.node(0, 'n1', started)
      await w.decide(15)
    }),
    ...{ now: 16, asked: 10, verdict: 'fired', rests: ['TaskTriggered'] },
    answers: { outage: null, run: { cause: 'schedule' } },
  },
  {
    name: 'fired late, because the service was down',
    given: added(ignoring)(async (w) => {
      await w.node(0, 'n1', started)
      await w.node(5, 'n1', { type: 'StopNode' })
      await w.node(100, 'n2', started)
      await w.decide(101)
    }),
    ...{ now: 102, asked: 10, verdict: 'fired' },
    rests: ['TaskTriggered', 'NodeStopped', 'NodeStarted'],
    says: ['as catch-up', 'down from 2026-11-23T08:00:05+00:00 to 2026-11-23T08:01:40+00:00'],
  },
  {
    name: 'run by hand, at an instant that is not on the schedule',
    given: added(tens)((w) => w.call(7, 'trigger', 'lin', 'stock-taking')),
    ...{ now: 8, asked: 7, verdict: 'fired', rests: ['TaskTriggered'] },
    ...{ says: ['run by hand', ...byLin], answers: { run: { cause: 'manual' } } },
  },
  {
    name: 'run by hand within the second that is asked about',
    given: added(tens)((w) => w.call(7.345, 'trigger', 'lin')),
    ...{ now: 8, asked: 7, verdict: 'fired', rests: ['TaskTriggered'] },
  },
]

const missed: readonly Situation[] = [
  {
    name: 'missed while the service was stopped, and skipped by doNothing',
    given: added(doNothing)(async (w) => {
      await w.node(0, 'n1', started)
      await w.node(5, 'n1', { type: 'StopNode' })
      await w.node(200, 'n2', started)
      await w.decide(201)
    }),
    ...{ now: 202, asked: 50, verdict: 'misfired' },
    rests: ['OccurrencesSkipped', 'NodeStopped', 'NodeStarted'],
    says: ['doNothing', 'down from', 'n1 had stopped'],
    answers: { outage: { from: '2026-11-23T08:00:05.000Z', because: 'stopped', node: 'n1' } },
  },
  {
    name: 'missed after a crash: down since the last heartbeat',
    given: added(doNothing)(async (w) => {
      await w.node(0, 'n1', started)
      await w.node(200, 'n2', started)
      const lastSeenAt = instantOf(8)
      await w.node(201, 'n1', { type: 'GiveUpNode', lastSeenAt, by: 'n2' })
      await w.decide(202)
    }),
    ...{ now: 203, asked: 10, verdict: 'misfired' },
    rests: ['OccurrencesSkipped', 'NodeLost', 'NodeStarted'],
    says: ['n1 was lost', 'down from 2026-11-23T08:00:08+00:00 to 2026-11-23T08:03:20+00:00'],
  },
  {
    name: 'missed while the machine slept',
    given: added(doNothing)(async (w) => {
      await w.node(0, 'n1', started)
      await w.node(150, 'n1', { type: 'NoteSuspension', forMs: 145_000 })
      await w.decide(150)
    }),
    ...{ now: 151, asked: 60, verdict: 'misfired' },
    rests: ['OccurrencesSkipped', 'NodeSuspended', 'NodeSuspended'],
    says: ['n1 stood still'],
  },
  {
    name: 'missed, though another process was there all the time',
    given: added(doNothing)(async (w) => {
      await w.node(0, 'n1', started)
      await w.node(0, 'n2', started)
      await w.node(5, 'n1', { type: 'StopNode' })
      await w.decide(150)
    }),
    ...{ now: 151, asked: 60, verdict: 'misfired', rests: ['OccurrencesSkipped'] },
    answers: { outage: null },
  },
  {
    name: 'missed, and one run made up for all of it',
    given: added(tens)((w) => w.decide(95)),
    ...{ now: 96, asked: 20, verdict: 'misfired', rests: ['OccurrencesSkipped', 'TaskTriggered'] },
    says: ['smart', 'made up for it at 2026-11-23T08:01:35+00:00'],
  },
  {
    name: 'missed by an endless grid, which goes on with its next instant',
    given: added({ ...grid, repeatCount: -1 })((w) => w.decide(95)),
    ...{ now: 96, asked: 20, verdict: 'misfired', rests: ['OccurrencesSkipped'], says: ['smart'] },
  },
  {
    name: 'missed by a counted grid, which begins anew',
    given: added({ ...grid, repeatCount: 20, misfire: 'nowExisting' })((w) => w.decide(93)),
    ...{ now: 94, asked: 20, verdict: 'misfired', rests: ['OccurrencesSkipped', 'TaskTriggered'] },
    says: ['nowExisting'],
  },
  {
    name: 'the next instant of a grid that a misfire moved',
    given: added({ ...grid, repeatCount: 20, misfire: 'nowExisting' })((w) => w.decide(93)),
    ...{ now: 94, asked: 103, verdict: 'planned', rests: ['OccurrencesSkipped'] },
  },
  {
    name: 'a single fire that was missed, and fired at once when it could be',
    given: added({ ...grid, repeatCount: 0 })((w) => w.decide(95)),
    ...{ now: 96, asked: 10, verdict: 'fired', rests: ['TaskTriggered'], says: ['as catch-up'] },
  },
  {
    name: 'missed, beyond the number that is caught up',
    given: added({ ...ignoring, catchUpMax: 1 })((w) => w.decide(95)),
    ...{ now: 96, asked: 10, verdict: 'catch-up-limit', rests: ['OccurrencesSkipped'] },
    says: ['at most 1'],
  },
  {
    name: 'missed, and the newest of those caught up',
    given: added({ ...ignoring, catchUpMax: 1 })((w) => w.decide(95)),
    ...{ now: 96, asked: 90, verdict: 'fired', rests: ['TaskTriggered'] },
  },
  {
    name: 'missed, and too old to be caught up',
    given: added({ ...ignoring, catchUpWindowMs: 30_000 })((w) => w.decide(95)),
    ...{ now: 96, asked: 10, verdict: 'catch-up-limit', rests: ['OccurrencesSkipped'] },
  },
  {
    name: 'due, and nobody is there to decide it',
    given: added(tens)(async (w) => {
      await w.node(0, 'n1', started)
      await w.node(5, 'n1', { type: 'StopNode' })
    }),
    ...{ now: 30, asked: 10, verdict: 'undecided', rests: ['TaskAdded', 'NodeStopped'] },
    says: ['not decided yet', 'down since 2026-11-23T08:00:05+00:00'],
    answers: { outage: { to: null } },
  },
  {
    name: 'due, and the only process does not trust its clock',
    given: added(tens)(async (w) => {
      await w.node(0, 'n1', started)
      await w.node(5, 'n1', { type: 'SuspectClock', because: 'off', offsetMs: 2_000 })
    }),
    ...{ now: 30, asked: 10, verdict: 'undecided', rests: ['TaskAdded', 'ClockSuspected'] },
    says: ['could not tell the time'],
  },
  {
    name: 'due, and a running service has not come that far',
    given: added(tens)((w) => w.node(0, 'n1', started)),
    ...{
      now: 12,
      asked: 10,
      verdict: 'undecided',
      rests: ['TaskAdded'],
      answers: { outage: null },
    },
  },
]

const held: readonly Situation[] = [
  {
    name: 'paused now, by somebody, for a reason',
    given: added(tens)((w) => w.call(5, 'pause', 'lin', 'stock-taking')),
    ...{ now: 30, asked: 20, verdict: 'paused', rests: ['TaskPaused'], says: byLin },
    answers: { decided: false, change: { type: 'TaskPaused', actor: 'lin' } },
  },
  {
    name: 'paused then, and resumed since: one run made up for it',
    given: added(tens)(async (w) => {
      await w.call(5, 'pause', 'lin', 'stock-taking')
      await w.call(35, 'resumeTask', 'wang')
    }),
    ...{ now: 36, asked: 20, verdict: 'paused' },
    rests: ['OccurrencesSkipped', 'TaskPaused', 'TaskTriggered'],
    says: [...byLin, 'made up for it'],
  },
  {
    name: 'paused then, and nothing makes up for it',
    given: added(doNothing)(async (w) => {
      await w.call(5, 'pause', 'lin', 'stock-taking')
      await w.call(35, 'resumeTask', 'wang')
    }),
    ...{ now: 36, asked: 20, verdict: 'paused', rests: ['OccurrencesSkipped', 'TaskPaused'] },
    answers: { decided: true, run: null },
  },
  {
    name: 'to come, under a pause without an end',
    given: added(tens)((w) => w.call(5, 'pause', 'lin')),
    ...{ now: 6, asked: 3_600, verdict: 'paused', rests: ['TaskPaused'] },
    answers: { decided: false },
  },
  {
    name: 'to come, before the end of a pause',
    given: added(tens)((w) =>
      w.rest(5, 'POST', `${task}/pause`, { until: '2026-11-23T08:01:00Z', reason: 'move' }),
    ),
    ...{ now: 6, asked: 50, verdict: 'paused', rests: ['TaskPaused'], says: ['reason: move'] },
  },
  {
    name: 'to come, after the end of a pause',
    given: added(tens)((w) =>
      w.rest(5, 'POST', `${task}/pause`, { until: '2026-11-23T08:01:00Z' }),
    ),
    ...{ now: 6, asked: 70, verdict: 'planned', rests: ['TaskAdded'] },
  },
  {
    name: 'due at the moment of the pause, not decided before it',
    given: added(tens)((w) => w.call(25, 'pause', 'lin', 'stock-taking')),
    ...{ now: 26, asked: 20, verdict: 'paused', rests: ['OccurrencesSkipped', 'TaskPaused'] },
    says: byLin,
  },
  {
    name: 'planned and paused, though run by hand at that instant',
    given: added(tens)(async (w) => {
      await w.call(5, 'pause', 'lin', 'stock-taking')
      await w.call(20, 'trigger', 'wang')
    }),
    ...{ now: 21, asked: 20, verdict: 'paused', rests: ['TaskPaused'], says: byLin },
  },
  {
    name: 'paused, and replaced before anybody resumed it',
    given: added(tens)(async (w) => {
      await w.call(5, 'pause', 'lin', 'stock-taking')
      await w.put(35, doNothing)
    }),
    ...{ now: 36, asked: 20, verdict: 'paused', rests: ['OccurrencesSkipped', 'TaskPaused'] },
    says: byLin,
  },
  {
    name: 'skipped, because a run was still going',
    given: added(
      tens,
      overlap('skip'),
    )(async (w) => {
      await w.decide(10)
      await w.decide(20)
    }),
    ...{ now: 21, asked: 20, verdict: 'overlapping', rests: ['OccurrencesSkipped'] },
    says: ['was still going'],
  },
  {
    name: 'fired, and waiting for the run before it',
    given: added(
      tens,
      overlap('queueOne'),
    )(async (w) => {
      await w.decide(10)
      await w.decide(20)
    }),
    ...{ now: 21, asked: 20, verdict: 'fired', rests: ['TaskTriggered'] },
  },
  {
    name: 'skipped, because one was waiting already',
    given: added(
      tens,
      overlap('queueOne'),
    )(async (w) => {
      await w.decide(10)
      await w.decide(20)
      await w.decide(30)
    }),
    ...{ now: 31, asked: 30, verdict: 'overlapping', rests: ['OccurrencesSkipped'] },
  },
  {
    name: 'excluded by a calendar',
    given: async (w) => {
      await define(w)
      await w.put(1, closed)
      await w.decide(22)
    },
    ...{ now: 23, asked: 20, verdict: 'calendar' },
    rests: ['OccurrencesSkipped', 'CalendarDefined'],
    says: ['(holidays)'],
  },
  {
    name: 'excluded by a calendar as it was, not as it is',
    given: async (w) => {
      await define(w)
      await w.put(1, closed)
      await w.decide(22)
      await w.rest(23, 'PUT', '/api/v1/calendars/holidays', { ...wednesdays, rules: [] })
    },
    ...{ now: 24, asked: 20, verdict: 'calendar', answers: { calendars: { holidays: 0 } } },
    rests: ['OccurrencesSkipped', 'CalendarDefined'],
  },
  {
    name: 'to come, and excluded by a calendar',
    given: async (w) => {
      await define(w)
      await w.put(1, closed)
    },
    ...{ now: 2, asked: 30, verdict: 'calendar', rests: ['TaskAdded', 'CalendarDefined'] },
    says: ['Will not fire'],
  },
]

const berlin = (expression: string, rules: object = {}) => ({
  ...{ type: 'cron', expression, zone: 'Europe/Berlin' },
  ...rules,
})
const spring = '2026-03-28T12:00:00Z'
const autumn = '2026-10-24T12:00:00Z'

const outside: readonly Situation[] = [
  {
    name: 'before the task was added, on its schedule',
    given: (w) => w.put(15, tens),
    ...{ now: 16, asked: 10, verdict: 'not-added', rests: ['TaskAdded'], says: ['only added at'] },
  },
  {
    name: 'before the task was added, off its schedule',
    given: (w) => w.put(15, tens),
    ...{ now: 16, asked: 3, verdict: 'not-added', rests: ['TaskAdded'] },
  },
  {
    name: 'deleted, by somebody, for a reason',
    given: added(tens)((w) => w.call(5, 'delete', 'lin', 'stock-taking')),
    ...{ now: 30, asked: 20, verdict: 'deleted', rests: ['TaskDeleted'], says: byLin },
  },
  {
    name: 'deleted before it was decided',
    given: added(tens)((w) => w.call(15, 'delete', 'lin')),
    ...{ now: 16, asked: 10, verdict: 'deleted', rests: ['OccurrencesSkipped', 'TaskDeleted'] },
  },
  {
    name: 'between a delete and being added again',
    given: added(tens)(async (w) => {
      await w.call(5, 'delete', 'lin', 'stock-taking')
      await w.put(25, tens)
    }),
    ...{ now: 26, asked: 20, verdict: 'deleted', rests: ['TaskDeleted'], says: byLin },
  },
  {
    name: 'after being added again',
    given: added(tens)(async (w) => {
      await w.call(5, 'delete', 'lin')
      await w.put(25, tens)
      await w.decide(30)
    }),
    ...{ now: 31, asked: 30, verdict: 'fired', rests: ['TaskTriggered'] },
  },
  {
    name: 'replaced before it was decided',
    given: added(tens)((w) => w.put(15, doNothing)),
    ...{ now: 16, asked: 10, verdict: 'replaced', rests: ['OccurrencesSkipped', 'TaskReplaced'] },
  },
  {
    name: 'no longer on the schedule since it was replaced',
    given: added(tens)((w) => w.put(15, { ...tens, expression: '0/15 * * * * ?' })),
    ...{ now: 16, asked: 20, verdict: 'not-on-schedule', rests: ['TaskReplaced'] },
    says: ['It was, until the task was replaced at 2026-11-23T08:00:15+00:00'],
  },
  {
    name: 'ended with its last repetition',
    given: added({ ...grid, repeatCount: 1 })(async (w) => {
      await w.decide(10)
      await w.decide(20)
    }),
    ...{ now: 40, asked: 30, verdict: 'ended', rests: ['TaskCompleted'] },
  },
  {
    name: 'ended with its end date',
    given: added({ ...tens, endAt: '2026-11-23T08:00:25Z' })(async (w) => {
      await w.decide(10)
      await w.decide(20)
    }),
    ...{ now: 40, asked: 30, verdict: 'ended', rests: ['TaskCompleted'] },
  },
  {
    name: 'to come, after its end date',
    given: added({ ...tens, endAt: '2026-11-23T08:00:25Z' })(),
    ...{ now: 5, asked: 30, verdict: 'ended', rests: ['TaskAdded'] },
    says: ['its last instant is 2026-11-23T08:00:20+00:00'],
  },
  {
    name: 'not on the schedule, with its neighbours',
    given: added(tens)(),
    ...{ now: 5, asked: 13, verdict: 'not-on-schedule', rests: ['TaskAdded'] },
    answers: {
      nearest: { before: '2026-11-23T08:00:10.000Z', after: '2026-11-23T08:00:20.000Z' },
    },
  },
  {
    name: 'to come',
    given: added(tens)(),
    ...{ now: 5, asked: 3_600, verdict: 'planned', rests: ['TaskAdded'] },
  },
  {
    name: 'two o’clock, but in another zone',
    given: added({ ...tens, expression: '0 0 2 * * ?', zone: 'Asia/Shanghai' })(),
    ...{ now: 5, asked: '2026-11-24T02:00:00Z', verdict: 'not-on-schedule', rests: ['TaskAdded'] },
    says: ['2026-11-24T10:00:00+08:00'],
  },
  {
    name: 'two o’clock in the task’s own zone',
    given: added({ ...tens, expression: '0 0 2 * * ?', zone: 'Asia/Shanghai' })(),
    ...{ now: 5, asked: '2026-11-23T18:00:00Z', verdict: 'planned', rests: ['TaskAdded'] },
    says: ['2026-11-24T02:00:00+08:00'],
  },
  {
    name: 'a wall time that the clocks leap over, and is left out',
    given: (w) => w.put(spring, berlin('0 30 2 * * ?')),
    ...{ now: spring, asked: '2026-03-29T01:30:00Z', verdict: 'not-on-schedule' },
    ...{ rests: ['TaskAdded'], says: ['nearest after: 2026-03-30T02:30:00+02:00'] },
  },
  {
    name: 'a wall time that the clocks leap over, and fires after the gap',
    given: (w) => w.put(spring, berlin('0 30 2 * * ?', { gap: 'after' })),
    ...{ now: spring, asked: '2026-03-29T01:00:00Z', verdict: 'planned', rests: ['TaskAdded'] },
  },
  {
    name: 'a wall time that comes twice: its first pass',
    given: (w) => w.put(autumn, berlin('0 30 2 * * ?')),
    ...{ now: autumn, asked: '2026-10-25T00:30:00Z', verdict: 'not-on-schedule' },
    ...{ rests: ['TaskAdded'], says: ['2026-10-25T02:30:00+02:00 is not'] },
  },
  {
    name: 'a wall time that comes twice: its second pass',
    given: (w) => w.put(autumn, berlin('0 30 2 * * ?')),
    ...{ now: autumn, asked: '2026-10-25T01:30:00Z', verdict: 'planned', rests: ['TaskAdded'] },
  },
  {
    name: 'a wall time that comes twice, for a task that wants both',
    given: (w) => w.put(autumn, berlin('0 30 2 * * ?', { overlap: 'both' })),
    ...{ now: autumn, asked: '2026-10-25T00:30:00Z', verdict: 'planned', rests: ['TaskAdded'] },
  },
  {
    name: 'planned, and by its jitter not due yet',
    given: added({ ...tens, expression: '0 * * * * ?', jitterMs: 30_000 })(),
    ...{ now: 60.5, asked: 60, verdict: 'planned', rests: ['TaskAdded'], says: ['jitter'] },
  },
]

export const situations: readonly Situation[] = [...fired, ...missed, ...held, ...outside]
