// What a simulation foretells is what the real scheduler then decides. Each random change lives in two
// worlds on virtual clocks that share their past: in one it is made, in the other it is not. What differs
// between the two is what was foretold, asked beforehand and (of a definition) in hindsight, and
// asking appends nothing. Callees answer at once, as simulations take them to.
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { createCalendarCommands, createCalendarDirectory } from '../../src/commands/calendars.ts'
import { CalendarId } from '../../src/domain/calendar/ids.ts'
import { instantAt } from '../../src/domain/instant.ts'
import { CalendarDefinition } from '../../src/domain/schedule/calendar.ts'
import { TaskDefinition, defaultPolicy } from '../../src/domain/task/definition.ts'
import type { TaskCommand } from '../../src/domain/task/commands.ts'
import type { RecordedEvent } from '../../src/event-store/event-store.ts'
import { createMemoryEventStore } from '../../src/event-store/memory/memory-event-store.ts'
import { createMemoryAgenda } from '../../src/scheduler/agenda/memory-agenda-store.ts'
import type { RecallTransport } from '../../src/scheduler/recall/transports/transport.ts'
import { startApi, type Reply } from '../support/api.ts'
import { createChance } from '../support/chance.ts'
import { cron, definitionOf, every, taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { startProcess } from '../support/scheduling-process.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const [second, minute, hour] = [1_000, 60_000, 3_600_000]
const task = taskId('j', 'g')

/** Midnights before days on which clocks are set, in some zone, and before one on which none is. */
const begins = [
  Date.UTC(2026, 9, 24, 12),
  Date.UTC(2027, 2, 27, 12),
  Date.UTC(2026, 9, 31, 12),
  Date.UTC(2027, 3, 3, 0),
  Date.UTC(2026, 10, 23),
]
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Shanghai']
const expressions = [
  '0 0/20 * * * ?',
  '0 30 1,2,3 * * ?',
  '0 0 2 * * ?',
  '0 15 0-5 * * ?',
  '30 59 * * * ?',
  '0 0 0/6 ? * SAT,SUN',
]

const scheduleRules = fc.record({
  zone: fc.constantFrom(...zones),
  misfireThresholdMs: fc.constantFrom(0, minute, hour),
  catchUpMax: fc.constantFrom(0, 2, 100),
  catchUpWindowMs: fc.constantFrom(null, null, hour),
  jitterMs: fc.constantFrom(0, 0, 20 * second, 5 * minute),
  calendars: fc.constantFrom([], ['lunch'], ['lunch', 'nights']),
})
const crons = fc.record({
  expression: fc.constantFrom(...expressions),
  misfire: fc.constantFrom('smart', 'fireOnceNow', 'doNothing', 'ignore'),
  gap: fc.constantFrom('skip', 'after'),
  overlap: fc.constantFrom('second', 'first', 'both'),
})
const simples = fc.record({
  intervalMs: fc.constantFrom(20 * minute, 30 * minute, 90 * minute),
  misfire: fc.constantFrom(
    ...(['smart', 'fireNow', 'nowExisting', 'nowRemaining'] as const),
    ...(['nextExisting', 'nextRemaining', 'ignore'] as const),
  ),
  repeatCount: fc.constantFrom(-1, -1, 0, 12, 60),
})
/** Seconds from the beginning of the world to that of an interval. */
const starts = fc.integer({ min: -4 * 3_600, max: 12 * 3_600 })
const drawnDefinitions = fc.record({
  rules: scheduleRules,
  own: fc.oneof(crons, simples),
  startS: starts,
  overlap: fc.constantFrom('allow', 'skip', 'queueOne'),
})
type DrawnDefinition = Drawn<typeof drawnDefinitions>
type Drawn<A> = A extends fc.Arbitrary<infer D> ? D : never

const definitionFrom = (drawn: DrawnDefinition, beginMs: number): TaskDefinition => {
  const { rules, own, startS, overlap } = drawn
  const schedule =
    'expression' in own
      ? cron(own.expression, { ...rules, ...own })
      : every(own.intervalMs, {
          ...rules,
          ...own,
          startAt: instantAt(beginMs + startS * second),
        })
  return definitionOf(schedule, { policy: { ...defaultPolicy, overlap } })
}

const dailyRange = (from: string, to: string, zone: string): CalendarDefinition => {
  const rules = [{ type: 'dailyRanges', ranges: [{ from, to }] }]
  return right(CalendarDefinition.decode({ zone, rules, exemptDates: [] }))
}
const calendarDefinitions = fc.constantFrom(
  dailyRange('11:00', '13:30', 'UTC'),
  dailyRange('22:00', '04:00', 'Europe/Berlin'),
  dailyRange('01:30', '02:30', 'America/New_York'),
)

/** Or not, one time in two. */
const often = <A>(one: fc.Arbitrary<A>) => fc.option(one, { freq: 2 })

const stories = fc.record({
  beginMs: fc.constantFrom(...begins),
  first: drawnDefinitions,
  lunch: fc.option(calendarDefinitions),
  /** Before the question the task is paused, until then or for good. */
  pausedBefore: fc.constantFrom(null, null, 'for good', 'until'),
  change: fc.record({
    definition: often(fc.record({ drawn: drawnDefinitions, keepsRule: fc.boolean() })),
    calendar: often(calendarDefinitions),
    pause: often(
      fc.record({
        afterS: fc.nat(12 * 3_600),
        forS: fc.integer({ min: 1, max: 12 * 3_600 }),
      }),
    ),
  }),
})
type Story = Drawn<typeof stories>

const pausedAfterMs = 3 * hour + 137
const pausedForMs = 9 * hour
const askedAfterMs = 8 * hour + 1
const windowMs = 26 * hour
/** Everything planned in the window has been decided by then. */
const overAfterMs = askedAfterMs + windowMs + 10 * minute

/** Sometimes only the zone, the misfire instruction, the calendars and the like are others. */
const changedDefinition = ({ first, change, beginMs }: Story): TaskDefinition | null => {
  if (change.definition === null) return null
  const { drawn, keepsRule } = change.definition
  const { own, startS } = keepsRule ? first : drawn
  return definitionFrom({ ...drawn, own, startS }, beginMs)
}

const calleesAnswerAtOnce = (now: () => number): RecallTransport => ({
  call: () => {
    const phases = { queuedMs: 0, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null }
    const nothing = { statusCode: 200, reply: null, replyBytes: null, replySha256: null }
    const report = { startedAt: instantAt(now()), durationMs: 0, phases, ...nothing }
    return Promise.resolve({ result: { type: 'succeeded', resultValue: null }, report })
  },
  close: () => Promise.resolve(),
})

/** A world in which the story goes as far as the question. */
const live = async (story: Story) => {
  const { beginMs } = story
  const clock = createVirtualClock(beginMs)
  const { store, log } = createMemoryEventStore({ now: () => clock.now() })
  const directory = createCalendarDirectory(store)
  const stop = new AbortController()
  void directory.run(stop.signal)
  const calendars = createCalendarCommands({
    ...{ store, node: 'n', newEventId: () => crypto.randomUUID(), now: () => clock.now() },
    ...{ sleep: () => Promise.resolve(), giveUpAfterMs: 100 },
  })
  const process = startProcess(
    {
      ...{ clock, store, agenda: createMemoryAgenda(), chance: createChance(1) },
      transport: calleesAnswerAtOnce(() => clock.now()),
      calendars: directory.snapshot,
      onError: (message, details) => {
        throw new Error(`${message} ${JSON.stringify(details)}`)
      },
    },
    'n',
  )
  await clock.settle()
  const context = { source: 'api', correlationId: 'c' } as const
  const at = () => ({ taskId: task, issuedAt: process.now() })
  const handle = (command: TaskCommand) => process.commands.handle(command, context)()
  const world = {
    ...{ clock, store, log, handle, at },
    define: async (name: string, definition: CalendarDefinition) => {
      const calendarId = right(CalendarId.decode({ tenant: 'default', name }))
      const command = { type: 'DefineCalendar', calendarId, definition, replace: true } as const
      right(await calendars.handle({ ...command, issuedAt: process.now() }, context)())
      await clock.settle()
    },
    resume: () =>
      handle({
        type: 'ResumeTask',
        ...at(),
        ...{ runId: process.newRunId(), context: process.planningContext() },
      }),
    close: () => {
      stop.abort()
      process.kill()
    },
  }
  if (story.lunch !== null) await world.define('lunch', story.lunch)
  await world.define('nights', dailyRange('23:00', '05:00', 'Asia/Shanghai'))
  const definition = definitionFrom(story.first, beginMs)
  const added = await handle({ type: 'AddTask', ...at(), definition, replace: false })
  if (E.isRight(added) && story.pausedBefore !== null) {
    await clock.advanceTo(beginMs + pausedAfterMs)
    const until = story.pausedBefore === 'until' ? instantAt(clock.now() + pausedForMs) : null
    await handle({ type: 'PauseTask', ...at(), until })
  }
  await clock.advanceTo(beginMs + askedAfterMs)
  return { ...world, isThere: E.isRight(added) }
}
type World = Awaited<ReturnType<typeof live>>

const questionOf = (story: Story) => {
  const { beginMs, change } = story
  const askedMs = beginMs + askedAfterMs
  const iso = (ms: number): string => new Date(ms).toISOString()
  const { calendar, pause } = change
  const definition = changedDefinition(story)
  return {
    from: iso(askedMs),
    to: iso(askedMs + windowMs),
    ...(definition === null ? {} : { task: TaskDefinition.encode(definition) }),
    ...(calendar === null ? {} : { calendar: { name: 'lunch', ...calendar } }),
    ...(pause === null
      ? {}
      : { paused: { from: iso(pauseOf(askedMs, pause)[0]), to: iso(pauseOf(askedMs, pause)[1]) } }),
  }
}

/** Off every grid, so that nothing is due at the very same millisecond. */
const pauseOf = (askedMs: number, { afterS, forS }: { afterS: number; forS: number }) =>
  [askedMs + afterS * second + 136, askedMs + (afterS + forS) * second + 136] as const

/** Makes the change; answers whether the service refused it. */
const change = async (world: World, story: Story): Promise<boolean> => {
  const { calendar, pause } = story.change
  const definition = changedDefinition(story)
  const askedMs = story.beginMs + askedAfterMs
  if (calendar !== null) await world.define('lunch', calendar)
  if (definition !== null) {
    const replace = { type: 'AddTask', ...world.at(), definition, replace: true } as const
    if (E.isLeft(await world.handle(replace))) return false
  }
  if (pause === null) return true
  const [from, to] = pauseOf(askedMs, pause)
  await world.clock.advanceTo(from)
  await world.handle({ type: 'PauseTask', ...world.at(), until: null })
  await world.clock.advanceTo(to)
  await world.resume()
  return true
}

interface Facts {
  readonly scheduledFor?: string
  readonly first?: string
  readonly last?: string
  readonly verdict?: string
}

interface Decided {
  readonly fires: ReadonlySet<number>
  readonly verdictOf: (at: number) => string | null
}

/** What a log says of the planned instants of a window. */
const decided = (log: readonly RecordedEvent[], fromMs: number, toMs: number): Decided => {
  const facts = log.map(({ type, data }) => ({ type, ...(data as Facts) }))
  const ms = (text: string | undefined): number => Date.parse(text ?? '')
  const fires = facts.flatMap(({ type, scheduledFor }) =>
    type === 'TaskTriggered' && ms(scheduledFor) >= fromMs && ms(scheduledFor) < toMs
      ? [ms(scheduledFor)]
      : [],
  )
  const skips = facts.filter(({ type }) => type === 'OccurrencesSkipped')
  return {
    fires: new Set(fires),
    verdictOf: (at) => {
      const span = skips.find(({ first, last }) => at >= ms(first) && at <= ms(last))
      return span?.verdict ?? null
    },
  }
}

interface Foretold {
  readonly through: string
  readonly added: readonly { readonly at: string; readonly instead: string | null }[]
  readonly removed: readonly { readonly at: string; readonly instead: string | null }[]
  readonly moved: readonly { readonly from: string; readonly to: string }[]
  readonly kept: number
  readonly complete: boolean
}

const sorted = (instants: Iterable<number>): number[] => [...instants].sort((a, b) => a - b)

const compare = (foretold: Foretold, unchanged: Decided, changed: Decided): void => {
  expect(foretold.complete).toBe(true)
  const gone = [...foretold.removed.map(({ at }) => at), ...foretold.moved.map(({ from }) => from)]
  const come = [...foretold.added.map(({ at }) => at), ...foretold.moved.map(({ to }) => to)]
  const without = (a: ReadonlySet<number>, b: ReadonlySet<number>): number[] =>
    sorted([...a].filter((at) => !b.has(at)))
  expect(sorted(gone.map(Date.parse))).toEqual(without(unchanged.fires, changed.fires))
  expect(sorted(come.map(Date.parse))).toEqual(without(changed.fires, unchanged.fires))
  expect(foretold.kept).toBe([...unchanged.fires].filter((at) => changed.fires.has(at)).length)
  for (const { at, instead } of foretold.removed)
    expect([at, instead]).toEqual([at, changed.verdictOf(Date.parse(at))])
}

const ask = async (world: World, story: Story): Promise<Reply> => {
  const now = () => world.clock.now()
  const api = await startApi({ now, beside: { store: world.store, log: world.log } })
  const before = world.log().length
  const reply = await api.post('/api/v1/tasks/g/j/simulate', questionOf(story))
  expect(world.log()).toHaveLength(before)
  await api.close()
  return reply
}

test('what a simulation foretells is what then happens', async () => {
  const seen = { differences: 0, kept: 0 }
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      const [one, other] = [await live(story), await live(story)]
      if (!one.isThere) return [one, other].forEach((world) => world.close())
      const foretold = await ask(one, story)
      const isChanged = await change(other, story)
      expect(foretold.status, JSON.stringify(foretold.json)).toBe(isChanged ? 200 : 422)
      if (isChanged) {
        const askedMs = story.beginMs + askedAfterMs
        for (const { clock } of [one, other]) await clock.advanceTo(story.beginMs + overAfterMs)
        const [unchanged, changed] = [one, other].map(({ log }) =>
          decided(log(), askedMs, askedMs + windowMs),
        )
        if (unchanged === undefined || changed === undefined) throw new Error('two worlds')
        const said = foretold.json as Foretold
        compare(said, unchanged, changed)
        const inHindsight = await ask(one, story)
        expect(inHindsight.status, JSON.stringify(inHindsight.json)).toBe(200)
        compare(inHindsight.json as Foretold, unchanged, changed)
        seen.differences += said.added.length + said.removed.length + said.moved.length
        seen.kept += said.kept
      }
      for (const world of [one, other]) world.close()
    }),
    { numRuns: 15, endOnFailure: true },
  )
  expect(Math.min(seen.differences, seen.kept)).toBeGreaterThan(10)
}, 240_000)
