// Task commands, wired: the generic handler with the task's rules, codec and stream names.
import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { TaskCommand } from '../domain/task/commands.ts'
import { taskDecider } from '../domain/task/decider.ts'
import type { TaskEvent } from '../domain/task/events.ts'
import { streamOfTask, type TaskId } from '../domain/task/ids.ts'
import type { TaskRejection } from '../domain/task/rejections.ts'
import type { TaskState } from '../domain/task/state.ts'
import { decodeTaskEvent, encodeTaskEvent } from '../domain/task/stored.ts'
import { StreamName, type EventStore, type Revision } from '../event-store/event-store.ts'
import { createCommandHandler, type CommandContext, type Handled } from './command-handler.ts'
import type { Fault } from './faults.ts'
import type { Once } from './once.ts'
import type { Folded, StateCache } from './state-cache.ts'

export type TaskHandled = Handled<TaskState, TaskEvent>

/** The door every task command goes through, whoever sends it. */
export interface TaskCommands {
  readonly handle: (
    command: TaskCommand,
    context: CommandContext,
    /** Decide only if nothing has changed since this revision of the stream. */
    expected?: Revision,
    /** The command may have been given before, under the same correlation id. */
    once?: Once,
  ) => TE.TaskEither<TaskRejection | Fault, TaskHandled>
  readonly load: (taskId: TaskId) => TE.TaskEither<Fault, Folded<TaskState>>
}

export const taskCodec = { encode: encodeTaskEvent, decode: decodeTaskEvent }

export const taskStream = (taskId: TaskId): StreamName => {
  const name = StreamName.decode(streamOfTask(taskId))
  if (E.isLeft(name)) throw new Error('three key parts of 200 characters make a stream name')
  return name.right
}

export const createTaskCommands = (deps: {
  readonly store: EventStore
  readonly cache: StateCache<TaskState>
  readonly node: string
  readonly newEventId: () => string
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  readonly giveUpAfterMs: number
}): TaskCommands => {
  const handler = createCommandHandler({ ...deps, decider: taskDecider, codec: taskCodec })
  return {
    handle: (command, context, expected, once) =>
      handler.handle(taskStream(command.taskId), command, context, expected, once),
    load: (taskId) => handler.load(taskStream(taskId)),
  }
}
