// The way back from a command on one task, as a new command with a reason of its own; nothing is erased.
// A run cannot be called back, so running a task once more has no way back.
import { addTask, command, get, taskPath, type Key, type Verb } from '../api/client.ts'
import { Task } from '../api/types.ts'

export type Undo = (reason: string) => Promise<void>

/** Made before the command is given, because a deleted task has to be remembered. */
export const undoOf = async (verb: Verb, key: Key): Promise<Undo | null> => {
  switch (verb) {
    case 'pause':
      return (reason) => done(command('resume', key, reason))
    case 'resume':
      return (reason) => done(command('pause', key, reason))
    case 'trigger':
      return null
    case 'delete': {
      const { definition, status, statusReason } = await get(taskPath(key), Task)
      return async (reason) => {
        await addTask(key, definition, reason)
        if (status === 'Paused') await command('pause', key, statusReason ?? reason)
      }
    }
  }
}

const done = async (sent: Promise<unknown>): Promise<void> => {
  await sent
}
