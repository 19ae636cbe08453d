// The whole log, read by the port of its store and by nothing that the service has derived from it.
import { createEventStoreDbEventStore } from '../../src/event-store/eventstoredb/eventstoredb-event-store.ts'
import { createPostgresEventStore } from '../../src/event-store/postgres/postgres-event-store.ts'
import type {
  EventStore,
  LogPage,
  Position,
  RecordedEvent,
} from '../../src/event-store/event-store.ts'
import { right } from '../support/either.ts'

const silent = (): void => undefined

const open = async (url: string): Promise<EventStore> =>
  url.startsWith('esdb')
    ? createEventStoreDbEventStore({ url, onTrouble: silent })
    : right(await createPostgresEventStore({ url, log: silent })()).store

export const readLog = async (url: string): Promise<readonly RecordedEvent[]> => {
  const store = await open(url)
  const events: RecordedEvent[] = []
  for (let after: Position | null = null; ;) {
    const page: LogPage = right(
      await store.readAll({ after, prefixes: ['task-', 'node-'], limit: 5_000 })(),
    )
    events.push(...page.events)
    after = page.through
    if (page.atHead) break
  }
  await store.close()
  return events
}
