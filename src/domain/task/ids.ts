// What a task and a run are called. A task's three-part key is its stream's name, so two tasks can
// never share a key; a run id is 32 hex digits (`tasklogid` on the wire).
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

interface KeyPartBrand {
  readonly KeyPart: unique symbol
}
interface RunIdBrand {
  readonly RunId: unique symbol
}

/** Longest tenant, group or job, in UTF-16 units, before percent-encoding. */
export const keyPartLengthMax = 200

// Control characters and lone surrogates could not be shown, logged or percent-encoded.
const unusable = /[\p{Cc}\p{Cs}]/u

/** One part of a task's key: 1 to 200 printable characters, no blank at either end. */
export const KeyPart = t.brand(
  t.string,
  (s): s is t.Branded<string, KeyPartBrand> =>
    s.length > 0 && s.length <= keyPartLengthMax && s.trim() === s && !unusable.test(s),
  'KeyPart',
)
export type KeyPart = t.TypeOf<typeof KeyPart>

export const RunId = t.brand(
  t.string,
  (s): s is t.Branded<string, RunIdBrand> => /^[0-9a-f]{32}$/.test(s),
  'RunId',
)
export type RunId = t.TypeOf<typeof RunId>

export const TaskId = t.readonly(
  t.type({ tenant: KeyPart, group: KeyPart, job: KeyPart }),
  'TaskId',
)
export type TaskId = t.TypeOf<typeof TaskId>

export const taskStreamPrefix = 'task-'

const streamNames = new WeakMap<TaskId, string>()

/** `task-<tenant>/<group>/<job>`, each part percent-encoded. */
export const streamOfTask = (taskId: TaskId): string => {
  const known = streamNames.get(taskId)
  if (known !== undefined) return known
  const { tenant, group, job } = taskId
  const parts = [tenant, group, job].map(encodeURIComponent)
  const stream = `${taskStreamPrefix}${parts.join('/')}`
  streamNames.set(taskId, stream)
  return stream
}

// A task's stream is named in every event of it; the same few names are read again and again.
const taskIds = new Map<string, TaskId>()
const taskIdsMax = 100_000

export const taskOfStream = (stream: string): E.Either<string, TaskId> => {
  const known = taskIds.get(stream)
  if (known !== undefined) return E.right(known)
  const decoded = decodeTaskStream(stream)
  if (E.isLeft(decoded)) return decoded
  if (taskIds.size >= taskIdsMax) taskIds.clear()
  taskIds.set(stream, decoded.right)
  streamNames.set(decoded.right, stream)
  return decoded
}

const decodeTaskStream = (stream: string): E.Either<string, TaskId> => {
  const parts = stream.startsWith(taskStreamPrefix)
    ? stream.slice(taskStreamPrefix.length).split('/')
    : []
  const [tenant, group, job] = parts.map(decodePart)
  return parts.length === 3
    ? E.mapLeft(() => `not a task stream: ${stream}`)(TaskId.decode({ tenant, group, job }))
    : E.left(`not a task stream: ${stream}`)
}

const decodePart = (part: string): string | null =>
  E.getOrElse<unknown, string | null>(() => null)(
    E.tryCatch(
      () => decodeURIComponent(part),
      (error) => error,
    ),
  )

/**
 * The `offset`-th id after a base: one command carries one random id and may start many runs.
 * 128-bit addition with wrap-around, so distinct offsets give distinct ids.
 */
export const runIdAfter = (base: RunId, offset: number): RunId => {
  if (offset === 0) return base
  const sum = (BigInt(`0x${base}`) + BigInt(offset)) & ((1n << 128n) - 1n)
  return E.getOrElse<unknown, RunId>(() => base)(RunId.decode(sum.toString(16).padStart(32, '0')))
}
