// Histories made by the decider itself, with a place in the log for each event.
import * as E from 'fp-ts/lib/Either.js'
import type { Circumstances } from '../../../src/domain/history/explanation.ts'
import { historyOf } from '../../../src/domain/history/history.ts'
import type { HistoryEntry } from '../../../src/domain/history/entry.ts'
import { explain } from '../../../src/domain/history/why.ts'
import { wordsOfExplanation } from '../../../src/domain/history/why-words.ts'
import type { Instant } from '../../../src/domain/instant.ts'
import type { TaskCommand } from '../../../src/domain/task/commands.ts'
import { taskDecider } from '../../../src/domain/task/decider.ts'
import type { TaskEvent } from '../../../src/domain/task/events.ts'

export const recorded = (events: readonly TaskEvent[]): HistoryEntry[] =>
  events.map((event, revision) => ({
    event,
    ref: { stream: 's', revision, position: String(revision), type: event.type },
    actor: 'lin',
    reason: 'moving house',
    source: 'api',
  }))

/** What the decider makes of commands, one after the other. */
export const eventsOf = (...commands: readonly TaskCommand[]): TaskEvent[] => {
  const events: TaskEvent[] = []
  for (const command of commands) {
    const state = events.reduce(taskDecider.evolve, taskDecider.initialState)
    const decision = taskDecider.decide(command, state)
    if (E.isLeft(decision)) throw new Error(`refused: ${JSON.stringify(decision.left)}`)
    events.push(...decision.right)
  }
  return events
}

export const circumstances = (now: Instant): Circumstances => ({
  now,
  exclusions: null,
  revisions: {},
  outages: [],
  spreadMs: 0,
})

/** Verdict, event types and both sentences of one instant. */
export const why = (events: readonly TaskEvent[], now: Instant, at: Instant) => {
  const found = explain(historyOf(recorded(events)), circumstances(now), at)
  if (found === null) throw new Error('no history')
  const { en, zh } = wordsOfExplanation(found, 'UTC')
  return { verdict: found.verdict, events: found.events.map(({ type }) => type), en, zh }
}
