// A process of its own that appends without pause, so that a test can stop it in the middle.
import { createPostgresEventStore } from '../../../src/event-store/postgres/postgres-event-store.ts'
import { category, newEvents, newStream, run } from '../../contracts/event-store/kit.ts'

const { store } = await run(createPostgresEventStore({ url: process.argv[2] ?? '' }))
const of = category()
const write = async (): Promise<void> => {
  for (;;) {
    const appends = Array.from({ length: 300 }, () => ({
      stream: newStream(of),
      expected: 'none' as const,
      events: newEvents(1),
    }))
    await run(store.append(appends))
  }
}
await Promise.all([write(), write()])
