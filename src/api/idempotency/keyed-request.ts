// What a request under an Idempotency-Key carries along while it is handled. It stands in the
// request's asynchronous context, so that no handler can forget it: every command given meanwhile is
// recorded under an id derived from the key, and looked for in the log before it is decided.
import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { streamOfCalendar } from '../../domain/calendar/ids.ts'
import { streamOfTask } from '../../domain/task/ids.ts'
import type { Position } from '../../event-store/event-store.ts'
import type { ApiDeps } from '../deps.ts'

export interface KeyedRequest {
  readonly key: string
  /** Where the log stood when the key was first used: nothing was written for it before. */
  readonly after: Position
  /** A UUID that every repetition of the request derives alike. */
  readonly idOf: (what: string) => string
  /** How many commands each stream has accepted in this request. */
  readonly accepted: Map<string, number>
}

const current = new AsyncLocalStorage<KeyedRequest>()

/** Null where the caller gave no key. */
export const keyedRequest = (): KeyedRequest | null => current.getStore() ?? null

export const handleUnderKey = <T>(
  { tenant, key, after }: { readonly tenant: string; readonly key: string; after: Position },
  handle: () => T,
): T => {
  const idOf = (what: string): string => uuidFrom(JSON.stringify([tenant, key, after, what]))
  return current.run({ key, after, idOf, accepted: new Map() }, handle)
}

/** The commands of these deps are recorded under the key of the request that gives them. */
export const recordingKeys = (deps: ApiDeps): ApiDeps => {
  const { commands } = deps.useCases
  const { calendars } = deps
  return {
    ...deps,
    useCases: {
      ...deps.useCases,
      commands: {
        ...commands,
        handle: (command, context, expected, once) => () =>
          underKey(streamOfTask(command.taskId), once, (keyed) =>
            commands.handle(command, { ...context, ...keyed.marks }, expected, keyed.once)(),
          ),
      },
    },
    calendars: {
      handle: (command, context, expected, once) => () =>
        underKey(streamOfCalendar(command.calendarId), once, (keyed) =>
          calendars.handle(command, { ...context, ...keyed.marks }, expected, keyed.once)(),
        ),
    },
  }
}

type Once = { readonly after: Position } | undefined
interface Marked {
  readonly marks: { readonly correlationId: string; readonly idempotencyKey: string } | object
  readonly once: Once
}

const underKey = async <L, A>(
  stream: string,
  once: Once,
  give: (marked: Marked) => Promise<E.Either<L, A>>,
): Promise<E.Either<L, A>> => {
  const request = keyedRequest()
  if (request === null || once !== undefined) return give({ marks: {}, once })
  const { key, after, idOf, accepted } = request
  const count = accepted.get(stream) ?? 0
  const marks = { correlationId: idOf(`${stream} ${count}`), idempotencyKey: key }
  const handled = await give({ marks, once: { after } })
  if (E.isRight(handled)) accepted.set(stream, count + 1)
  return handled
}

/** Version 8: made from what it names. */
const uuidFrom = (text: string): string => {
  const hex = createHash('sha256').update(text).digest('hex')
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
