// What a change would do to a window, decided by the task's own rules; nothing is stored.
import * as t from 'io-ts'
import { post, taskPath, type Key } from './client.ts'

const instead = t.union([t.string, t.null])
export const Simulated = t.type({
  through: t.string,
  added: t.array(t.type({ at: t.string, instead })),
  removed: t.array(t.type({ at: t.string, instead })),
  moved: t.array(t.type({ from: t.string, to: t.string })),
  counts: t.type({ added: t.number, removed: t.number, moved: t.number, kept: t.number }),
  /** False: so many decisions that only those until `through` were made. */
  complete: t.boolean,
})
export type Simulated = t.TypeOf<typeof Simulated>

export interface Supposed {
  readonly from: string
  readonly to: string
  /** The definition it would have. */
  readonly task?: object
  readonly paused?: { readonly from: string; readonly to: string }
}

export const simulate = (key: Key, supposed: Supposed) =>
  post(`${taskPath(key)}/simulate`, supposed, Simulated)
