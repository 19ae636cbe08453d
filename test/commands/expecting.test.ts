// A caller names a revision it has seen: its command is carried out unless somebody changed the task
// since, however much has happened to it, and whether or not this process has the newest state at hand.
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { createStateCache } from '../../src/commands/state-cache.ts'
import { createTaskCommands } from '../../src/commands/tasks.ts'
import { changeTypes } from '../../src/domain/task/changes.ts'
import type { TaskCommand } from '../../src/domain/task/commands.ts'
import type { TaskState } from '../../src/domain/task/state.ts'
import { revisionOf } from '../../src/event-store/checked.ts'
import { createMemoryEventStore } from '../../src/event-store/memory/memory-event-store.ts'
import { runId } from '../support/definitions.ts'
import { right } from '../support/either.ts'
import {
  add,
  at,
  decide,
  pause,
  remove,
  resume,
  runNow,
  succeeded,
  task,
} from '../domain/task/story.ts'

const serviceWith = (processes: number) => {
  const { store, log } = createMemoryEventStore({ now: () => 0 })
  const commands = Array.from({ length: processes }, (_, n) =>
    createTaskCommands({
      store,
      cache: createStateCache<TaskState>(10),
      node: `n${n}`,
      newEventId: randomUUID,
      now: () => 0,
      sleep: () => Promise.resolve(),
      giveUpAfterMs: 0,
    }),
  )
  const handle = (process: number, command: TaskCommand, expected?: number) =>
    commands[process]!.handle(
      command,
      { source: 'api', correlationId: 'c' },
      expected === undefined ? undefined : revisionOf(expected),
    )()
  return {
    handle,
    types: () => log().map(({ type }) => type),
    load: () => commands[0]!.load(task)(),
  }
}

const kinds = fc.constantFrom('add', 'pause', 'resume', 'delete', 'run', 'decide', 'books')
const commandOf = (kind: string, n: number): TaskCommand => {
  const now = at(n * 10)
  const id = runId(n * 1_000 + 1)
  switch (kind) {
    case 'add':
      return add(now, undefined, true)
    case 'pause':
      return pause(now)
    case 'resume':
      return resume(now, id)
    case 'delete':
      return remove(now)
    case 'run':
      return runNow(now, id)
    case 'decide':
      return decide(now, id)
    default:
      return { type: 'CarryForward', taskId: task, issuedAt: now }
  }
}

describe('a command that names a revision', () => {
  test('is refused exactly when a change lies after it, or the stream ends before it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(kinds, fc.nat(1)), { minLength: 1, maxLength: 30 }),
        fc.nat(40),
        fc.nat(1),
        async (history, expected, process) => {
          const s = serviceWith(2)
          await s.handle(0, add(at(0)))
          for (const [n, [kind, by]] of history.entries())
            await s.handle(by, commandOf(kind, n + 1))
          const types = s.types()
          const changedSince = types.slice(expected + 1).some((type) => changeTypes.includes(type))
          const isRefused = changedSince || expected >= types.length
          const last = at(history.length * 10 + 10)
          const handled = await s.handle(process, add(last, undefined, true), expected)
          if (!isRefused) {
            expect(E.isRight(handled)).toBe(true)
            return
          }
          expect(handled).toMatchObject({
            left: {
              type: 'RevisionUnexpected',
              expected,
              actual: types.length - 1,
              changedAt: types.findLastIndex((type) => changeTypes.includes(type)),
            },
          })
          expect(s.types()).toEqual(types)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('is one of 64 that is carried out while the task goes on firing', async () => {
    const s = serviceWith(4)
    await s.handle(0, add(at(0)))
    for (let n = 1; n <= 250; n += 1) {
      await s.handle(0, decide(at(n * 10), runId(n)))
      await s.handle(0, succeeded(runId(n), at(n * 10 + 1)))
    }
    const fires = Array.from({ length: 40 }, (_, n) =>
      s.handle(n % 4, decide(at(2_510 + n * 10), runId(1_000 + n))),
    )
    const racing = Array.from({ length: 64 }, (_, n) => s.handle(n % 4, pause(at(9_000)), 0))
    const outcomes = await Promise.all(racing)
    await Promise.all(fires)
    expect(outcomes.filter(E.isRight)).toHaveLength(1)
    expect(s.types().filter((type) => type === 'TaskPaused')).toHaveLength(1)
    expect(s.types().filter((type) => type === 'TaskTriggered').length).toBeGreaterThan(250)
    expect(s.types()).toContain('TaskCarriedForward')
    const { state, revision } = right(await s.load())
    expect(revision! - state.sinceChange).toBe(s.types().lastIndexOf('TaskPaused'))
  })
})
