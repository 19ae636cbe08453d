// Answers about the service itself: calendars, bulks, read models, processes, settings, health.
import * as t from 'io-ts'
import { BulkAction, BulkKey } from '../../../domain/bulk/events.ts'
import { Instant } from '../../../domain/instant.ts'
import { CalendarDefinition } from '../../../domain/schedule/calendar.ts'
import { RecallPolicy, TaskDefinition } from '../../../domain/task/definition.ts'
import { KeyPart } from '../../../domain/task/ids.ts'
import { described, nullable } from '../../described.ts'
import { Problem } from './problem.ts'
import { InstantOrNull, TaskStatus, TextOrNull, Whole, Words, written } from './shared.ts'

export const Defaults = described(
  t.type({
    zone: t.string,
    misfireThresholdMs: t.number,
    catchUpMax: t.number,
    policy: RecallPolicy,
  }),
  { name: 'Defaults', about: 'What a task gets that does not say.' },
)

export const Calendar = described(
  t.intersection([CalendarDefinition, t.type({ name: KeyPart, revision: Whole })]),
  { name: 'Calendar' },
)
export const Calendars = described(t.type({ calendars: t.readonlyArray(Calendar) }), {
  name: 'Calendars',
})
export const CalendarChanged = described(t.type({ name: KeyPart, ...written }), {
  name: 'CalendarChanged',
})

const rehearsal = <C extends t.Mixed, D extends t.Mixed>(definition: C, current: D) => ({
  dryRun: t.literal(true),
  definition,
  problem: nullable(Problem),
  current: nullable(current),
})
const aboutRehearsal = {
  problem: 'What speaks against it; null: nothing.',
  current: 'What is stored now; null: nothing.',
}
export const TaskRehearsal = described(
  t.type({
    group: KeyPart,
    job: KeyPart,
    ...rehearsal(
      TaskDefinition,
      t.type({
        revision: nullable(Whole),
        changeRevision: nullable(Whole),
        status: TaskStatus,
        pausedUntil: InstantOrNull,
        definition: TaskDefinition,
      }),
    ),
  }),
  { name: 'TaskRehearsal', fields: aboutRehearsal },
)
export const CalendarRehearsal = described(
  t.type({
    name: KeyPart,
    ...rehearsal(
      CalendarDefinition,
      t.type({ revision: nullable(Whole), definition: CalendarDefinition }),
    ),
  }),
  { name: 'CalendarRehearsal', fields: aboutRehearsal },
)

export const Bulk = described(
  t.type({
    id: t.string,
    action: BulkAction,
    filter: t.record(t.string, t.unknown),
    reason: TextOrNull,
    until: InstantOrNull,
    state: t.keyof({ running: null, interrupted: null, done: null }),
    total: nullable(Whole),
    done: Whole,
    changed: Whole,
    unchanged: Whole,
    refused: Whole,
    problems: t.readonlyArray(t.type({ group: KeyPart, job: KeyPart, problem: t.string })),
    startedAt: Instant,
    heardAt: Instant,
    endedAt: InstantOrNull,
  }),
  {
    name: 'Bulk',
    fields: {
      total: 'Null until every task of it is named.',
      problems: 'Why tasks were refused; at most the first 100.',
      heardAt: 'When it last got on.',
    },
  },
)
export const Bulks = described(t.type({ bulks: t.readonlyArray(Bulk) }), { name: 'Bulks' })
export const BulkRehearsal = described(
  t.type({
    dryRun: t.literal(true),
    action: BulkAction,
    total: Whole,
    first: t.readonlyArray(BulkKey),
  }),
  { name: 'BulkRehearsal', fields: { first: 'The first twenty.' } },
)

const rebuildFields = {
  number: Whole,
  state: t.string,
  reason: TextOrNull,
  forced: t.boolean,
  requestedAt: Instant,
  startedAt: InstantOrNull,
  endedAt: InstantOrNull,
  counts: nullable(t.readonlyArray(t.type({ table: t.string, served: Whole, rebuilt: Whole }))),
  problem: TextOrNull,
}
const Rebuild = described(t.type(rebuildFields), { name: 'Rebuild' })
const Rebuilding = t.type({
  ...rebuildFields,
  version: Whole,
  position: TextOrNull,
  head: TextOrNull,
  events: Whole,
  fraction: t.number,
})
const Projection = t.type({
  name: t.string,
  version: Whole,
  ageMs: nullable(t.number),
  tables: t.readonlyArray(t.string),
  events: Whole,
  checkpoint: TextOrNull,
  behind: t.boolean,
  rebuilding: nullable(Rebuilding),
  lastRebuild: nullable(Rebuild),
})
export const Projections = described(
  t.type({ projections: t.readonlyArray(Projection), head: TextOrNull }),
  { name: 'Projections' },
)
export const RebuildAsked = described(t.type({ name: t.string, rebuild: nullable(Rebuild) }), {
  name: 'RebuildAsked',
})

const Node = t.type({
  id: t.string,
  roles: t.readonlyArray(t.string),
  state: t.keyof({ running: null, suspect: null, stopped: null, lost: null }),
  host: t.string,
  pid: Whole,
  version: t.string,
  startedAt: InstantOrNull,
  lastSeenAt: InstantOrNull,
  endedAt: InstantOrNull,
  lostBy: TextOrNull,
  clock: t.type({
    offsetMs: nullable(t.number),
    trusted: t.boolean,
    because: nullable(t.keyof({ off: null, unknown: null })),
  }),
  owns: nullable(Whole),
  shares: nullable(Whole),
})
export const Nodes = described(t.type({ nodes: t.readonlyArray(Node) }), { name: 'Nodes' })

const Setting = t.type({ name: t.string, value: t.unknown, hidden: t.boolean, meaning: Words })
export const Settings = described(
  t.type({
    node: t.string,
    settings: t.readonlyArray(Setting),
    wholeFrom: t.type({ runs: InstantOrNull, log: InstantOrNull }),
  }),
  {
    name: 'Settings',
  },
)

export const Live = described(t.type({ live: t.literal(true), pid: Whole }), { name: 'Live' })
const Check = t.intersection([
  t.type({ name: t.string, problem: TextOrNull }),
  t.partial({ advisory: t.boolean }),
])
export const Ready = described(t.type({ ready: t.boolean, checks: t.readonlyArray(Check) }), {
  name: 'Ready',
})
