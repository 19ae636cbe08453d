// An append is answered after the log has told of what came behind it: what was heard last holds.
import { expect, test } from 'vitest'
import { createStateCache } from '../../src/commands/state-cache.ts'
import { createTaskCommands } from '../../src/commands/tasks.ts'
import { instantAt } from '../../src/domain/instant.ts'
import type { AddTask } from '../../src/domain/task/commands.ts'
import {
  defaultPolicy,
  type OverlapPolicy,
  type TaskDefinition,
} from '../../src/domain/task/definition.ts'
import { revisionOf } from '../../src/event-store/checked.ts'
import { createMemoryEventStore } from '../../src/event-store/memory/memory-event-store.ts'
import type { EventStore } from '../../src/event-store/event-store.ts'
import { sleep } from '../../src/runtime/clock.ts'
import { createIds } from '../../src/runtime/ids.ts'
import { createMemoryAgenda } from '../../src/scheduler/agenda/memory-agenda-store.ts'
import type { RecallRequest } from '../../src/scheduler/recall/transports/transport.ts'
import { createChance } from '../support/chance.ts'
import { definitionOf, every, taskId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { obligingCallee } from '../support/obliging.ts'
import { startProcess } from '../support/scheduling-process.ts'
import { createVirtualClock } from '../support/virtual-clock.ts'

const startAt = Date.UTC(2026, 10, 23, 8)
const context = { source: 'api', correlationId: 'c' } as const

test('a task that another process replaces meanwhile fires by its new schedule', async () => {
  const clock = createVirtualClock(startAt)
  const now = () => clock.now()
  const { store, log } = createMemoryEventStore({ now })
  const slow: EventStore = {
    ...store,
    append: (appends) => async () => {
      const answer = await store.append(appends)()
      const ends = appends.some(({ events }) => events.some(({ type }) => type === 'TaskCompleted'))
      if (ends) await sleep(clock, 1_000)
      return answer
    },
  }
  const callee = obligingCallee(now, () => undefined)
  const slowly = <A>(work: () => Promise<A>): Promise<A> => sleep(clock, 20_000).then(work)
  const world = {
    ...{ clock, store: slow, agenda: createMemoryAgenda(), chance: createChance(1) },
    transport: { ...callee, call: (request: RecallRequest) => slowly(() => callee.call(request)) },
    onError: () => undefined,
  }
  const { commands } = startProcess(world, 'n')
  const ids = createIds(now)
  const others = createTaskCommands({
    ...{ store, cache: createStateCache(10), node: 'other', now, newEventId: () => ids.eventId() },
    ...{ sleep: (ms: number) => sleep(clock, ms), giveUpAfterMs: 1_000 },
  })
  await clock.settle()
  const add = (schedule: TaskDefinition['schedule'], overlap: OverlapPolicy): AddTask => ({
    ...{ type: 'AddTask', taskId: taskId('once'), issuedAt: instantAt(now()), replace: true },
    definition: definitionOf(schedule, { policy: { ...defaultPolicy, overlap } }),
  })
  const at = (ms: number) => instantAt(startAt + ms)
  // The second of two is passed over, because the first is still going, and there is nothing left.
  const twice = every(1_000, { repeatCount: 1, startAt: at(1_000) })
  right(await commands.handle(add(twice, 'skip'), context)())
  await clock.advanceBy(2_200)
  const once = every(0, { repeatCount: 0, startAt: at(2_500) })
  right(await others.handle(add(once, 'allow'), context)())
  await clock.advanceBy(1_500)
  expect(log().map(({ type }) => type)).toEqual([
    ...['TaskAdded', 'TaskTriggered', 'OccurrencesSkipped', 'TaskCompleted', 'TaskReplaced'],
    ...['TaskTriggered', 'TaskCompleted'],
  ])
})

test('a cache keeps nothing older than what was heard of', () => {
  const cache = createStateCache<string>(2)
  const at = (revision: number, state: string) => ({ state, revision: revisionOf(revision) })
  cache.set('a', at(3, 'third'))
  cache.heard('a', revisionOf(3))
  cache.set('a', at(2, 'second'))
  expect(cache.get('a')?.state).toBe('third')
  cache.delete('a')
  cache.heard('a', revisionOf(1)) // told again
  cache.set('a', at(2, 'second'))
  expect(cache.get('a')).toBeUndefined()
  cache.set('a', at(4, 'fourth'))
  expect(cache.get('a')?.state).toBe('fourth')
})
