// A store that takes no append above a certain size, as EventStoreDB does: a task with more open runs
// than fit into its books goes on without them, and what is too large by itself is refused as that.
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { expect, test } from 'vitest'
import type { EventStore } from '../../src/event-store/event-store.ts'
import { createMemoryEventStore } from '../../src/event-store/memory/memory-event-store.ts'
import { add, at, runNow, succeeded, task, tenSeconds } from '../domain/task/story.ts'
import { runId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import { taskCommandsOver } from '../support/task-commands.ts'

const charactersMax = 60_000
const context = { source: 'api', correlationId: 'c' } as const

const createWorld = () => {
  const { store, log } = createMemoryEventStore({ now: () => 0 })
  let refused = 0
  const small: EventStore = {
    ...store,
    append: (appends) => {
      if (JSON.stringify(appends).length <= charactersMax) return store.append(appends)
      refused += 1
      return TE.right([{ type: 'TooLarge' }])
    },
  }
  const commands = () => taskCommandsOver(small)
  return { commands, log, refused: () => refused }
}

test('more open runs than books can hold stop nothing, and books return when they fit again', async () => {
  const { commands, log, refused } = createWorld()
  const [open, more] = [500, 500]
  const handler = commands()
  const trigger = async (n: number) =>
    right(await handler.handle(runNow(at(1), runId(n)), context)())
  const succeed = async (n: number) =>
    right(await handler.handle(succeeded(runId(n), at(2)), context)())
  const books = () => log().filter(({ type }) => type === 'TaskCarriedForward').length
  const runsLoaded = async () => right(await commands().load(task)()).state.runs.size

  right(await handler.handle(add(at(0)), context)())
  for (let n = 1; n <= open; n += 1) await trigger(n)
  for (let n = open + 1; n <= open + more; n += 1) {
    await trigger(n)
    await succeed(n)
  }
  expect(refused()).toBeGreaterThan(0)
  expect(refused()).toBeLessThanOrEqual((2 * more) / 200)
  expect([books(), await runsLoaded()]).toEqual([0, open])
  for (let n = 1; n <= open; n += 1) await succeed(n)
  expect(books()).toBeGreaterThan(0)
  expect(await runsLoaded()).toBe(0)
})

test('what is too large without any books is refused, and nothing is written', async () => {
  const { commands, log } = createWorld()
  const large = { ...tenSeconds, payload: JSON.stringify('x'.repeat(charactersMax)) }
  const refused = await commands().handle(add(at(0), large), context)()
  expect(refused).toEqual(E.left(expect.objectContaining({ type: 'AppendTooLarge' })))
  expect(log()).toEqual([])
})
