// Saving what was written without overwriting what somebody else has: a replace names the change that
// was edited. A refusal is looked into, and only a change of the definition or of the state is one that
// its writer has to see.
import { addTask, ApiError, get, replaceTask, taskPath, type Key } from '../api/client.ts'
import { Task } from '../api/types.ts'
import { differences } from './differences.ts'

export type Saved = { readonly type: 'saved' } | { readonly type: 'changed'; readonly task: Task }

const triesMax = 30
const pauseMs = 100

export const saveNew = async (key: Key, body: object): Promise<Saved> => {
  const { position } = await addTask(key, body)
  return reread(key, position)
}

export const saveOver = async (base: Task, body: object, reason: string): Promise<Saved> => {
  let current = base
  for (let tries = 1; ; tries += 1) {
    try {
      const { position } = await replaceTask(base, body, reason, current.changeRevision)
      return await reread(base, position)
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 412 || tries === triesMax) throw error
    }
    const seen = await get(taskPath(base), Task)
    if (isChange(base, seen)) return { type: 'changed', task: seen }
    // What is read may lag behind what was refused.
    if (seen.changeRevision === current.changeRevision)
      await new Promise((go) => setTimeout(go, pauseMs))
    current = seen
  }
}

const isChange = (base: Task, seen: Task): boolean =>
  seen.status !== base.status ||
  seen.changedAt !== base.changedAt ||
  differences(base.definition, seen.definition).length > 0

/** Once what was saved can be read, the next page shows it. */
const reread = async (key: Key, position: string): Promise<Saved> => {
  await get(`${taskPath(key)}?after=${position}`, Task).catch(() => null)
  return { type: 'saved' }
}
