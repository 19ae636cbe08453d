// Promises broken on purpose. Each replaces a port of every process by one that is wrong in a way a
// real bug could be; the checkers have to see it within a few seeds. To plant another, add a line
// here and try it: `npm run sim -- --plant <name> --runs 10`. A bug planted in `src` itself is found
// in the same way, without a name.
import * as E from 'fp-ts/lib/Either.js'
import type { AppendOutcome, EventStore, StreamAppend } from '../../src/event-store/event-store.ts'
import type { Sabotage } from './world.ts'

export const sabotages: Readonly<Record<string, Sabotage>> = {
  'skip-revision-check': ({ store, ...ports }) => ({
    ...ports,
    store: {
      ...store,
      append: (appends) =>
        store.append(appends.map((append) => ({ ...append, expected: 'any' as const }))),
    },
  }),

  'acknowledge-before-append': ({ store, ...ports }) => ({
    ...ports,
    store: { ...store, append: (appends) => acknowledged(store, appends) },
  }),

  'forget-take-over': ({ agenda, ...ports }, now) => ({
    ...ports,
    agenda: {
      ...agenda,
      dueThrough: (shares, through, after, limit) => async () => {
        const rows = await agenda.dueThrough(shares, through, after, limit)()
        return E.isLeft(rows) ? rows : E.right(rows.right.filter((row) => row.dueAt > now()))
      },
    },
  }),

  'decide-anew-after-no-answer': ({ store, ...ports }) => ({
    ...ports,
    store: {
      ...store,
      // An append whose answer was lost is reported as a conflict, so that it is decided again.
      append: (appends) => async () => {
        const answered = await store.append(appends)()
        return E.isRight(answered)
          ? answered
          : E.right(appends.map((): AppendOutcome => ({ type: 'Conflict', actual: null })))
      },
    },
  }),

  'forget-heartbeats': ({ presence, ...ports }) => ({
    ...ports,
    presence: { ...presence, seen: () => () => Promise.resolve(E.right([])) },
  }),
}

/** Says at once that everything was written, and writes it in its own time, if nothing comes between. */
const acknowledged =
  (store: EventStore, appends: readonly StreamAppend[]): ReturnType<EventStore['append']> =>
  async () => {
    const head = await store.head()()
    const heads = await Promise.all(
      appends.map(({ stream }) => store.readStream(stream, { direction: 'backwards', limit: 1 })()),
    )
    void store.append(appends)()
    if (E.isLeft(head)) return head
    const outcomes = appends.map(({ events }, n): AppendOutcome => {
      const last = heads[n]
      const at = last !== undefined && E.isRight(last) ? (last.right[0] ?? null) : null
      return at === null || head.right === null
        ? { type: 'Conflict', actual: null }
        : { type: 'Appended', revision: at.revision, position: head.right, ...{ events } }
    })
    return E.right(outcomes)
  }
