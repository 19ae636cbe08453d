// The contract of the event store on EventStoreDB: against the small server in this process, and
// against a real one when TEST_EVENTSTOREDB_URL names it (then without file parallelism, because
// some checks compare with the head of a log that others must not write to).
import { createEventStoreDbEventStore } from '../../src/event-store/eventstoredb/eventstoredb-event-store.ts'
import { eventStoreContract, type Skip } from '../contracts/event-store-contract.ts'
import { startSmallEventStoreDb } from '../support/eventstoredb/server.ts'

const storesAt = (url: string) => ({
  store: createEventStoreDbEventStore({ url }),
  second: createEventStoreDbEventStore({ url }),
})

const truncatedStaysInTheLog: Skip = {
  test: 'a subscriber that stops asking is read ahead by one page at most',
  reason:
    'the check truncates what was not yet read, and EventStoreDB goes on showing truncated events ' +
    'in $all until an operator scavenges; eventstoredb-subscription checks the reading ahead',
}

eventStoreContract(
  'EventStoreDB (small server)',
  async () => storesAt((await startSmallEventStoreDb()).url),
  { skip: [truncatedStaysInTheLog] },
)

const realUrl = process.env['TEST_EVENTSTOREDB_URL']
if (realUrl !== undefined) {
  const reason = 'the log of a shared server is not empty'
  eventStoreContract('EventStoreDB (real server)', async () => storesAt(realUrl), {
    skip: [
      truncatedStaysInTheLog,
      { test: 'an empty log has no head and reads as empty', reason },
      {
        test: 'a subscription to an empty log reports the head, then sees the first event',
        reason,
      },
    ],
  })
}
