// That the small server answers as a real one: the same calls through the official client, every
// answer and every error written down, compared with what EventStoreDB 23.10.6 said. With
// TEST_EVENTSTOREDB_URL the real server is asked again.
import { readFileSync } from 'node:fs'
import { EventStoreDBClient } from '@eventstore/db-client'
import { expect, test } from 'vitest'
import { transcriptOf } from '../support/eventstoredb/conformance.ts'
import { startSmallEventStoreDb } from '../support/eventstoredb/server.ts'

const said: unknown = JSON.parse(
  readFileSync(new URL('../support/eventstoredb/answers-of-23.10.6.json', import.meta.url), 'utf8'),
)

const ask = async (url: string): Promise<unknown> => {
  const client = EventStoreDBClient.connectionString(url)
  try {
    return await transcriptOf(client)
  } finally {
    await client.dispose()
  }
}

test('the small server answers as EventStoreDB 23.10.6 did', async () => {
  const server = await startSmallEventStoreDb()
  try {
    expect(await ask(server.url)).toEqual(said)
  } finally {
    server.kill()
  }
})

const realUrl = process.env['TEST_EVENTSTOREDB_URL']
test.runIf(realUrl !== undefined)(
  'the real server answers as EventStoreDB 23.10.6 did',
  async () => {
    expect(await ask(realUrl ?? '')).toEqual(said)
  },
)
