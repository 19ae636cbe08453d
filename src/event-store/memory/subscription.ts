// A subscriber of the memory store: reads a page, hands it out, and sleeps until the log grows.
import type { EventStore, LogPage } from '../event-store.ts'
import type { MemoryFaults } from './faults.ts'
import type { MemoryLog } from './log.ts'

export async function* subscribeTo(
  log: MemoryLog,
  faults: Required<MemoryFaults>,
  { signal, ...options }: Parameters<EventStore['subscribe']>[0],
): AsyncGenerator<LogPage, void, undefined> {
  let after = options.after
  let reachedHead = false
  while (!signal.aborted) {
    const page = log.readAll({ ...options, after })
    const worthTelling = page.through !== after || (page.atHead && !reachedHead)
    if (!worthTelling) {
      await log.grown(signal)
      continue
    }
    await faults.pause('deliver')
    if (isAborted(signal)) return
    reachedHead ||= page.atHead
    after = page.through
    const times = faults.deliver(page)
    yield page
    if (times === 'again' && !isAborted(signal)) yield page
  }
}

// A call, because the compiler takes a signal once seen open to stay open across an await.
const isAborted = (signal: AbortSignal): boolean => signal.aborted
