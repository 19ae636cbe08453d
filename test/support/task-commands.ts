// The command handler of tasks over a store, with nothing remembered but what it has folded itself.
import { randomUUID } from 'node:crypto'
import { createStateCache } from '../../src/commands/state-cache.ts'
import { createTaskCommands } from '../../src/commands/tasks.ts'
import type { TaskState } from '../../src/domain/task/state.ts'
import type { EventStore } from '../../src/event-store/event-store.ts'

export const taskCommandsOver = (store: EventStore, now: () => number = () => 0) =>
  createTaskCommands({
    store,
    cache: createStateCache<TaskState>(10),
    node: 'n',
    newEventId: randomUUID,
    now,
    sleep: () => Promise.resolve(),
    giveUpAfterMs: 0,
  })
