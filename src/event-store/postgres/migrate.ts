// Brings the schema of the log up to what this code knows. Migrations are numbered and never change
// once shipped; each runs in a transaction, one process at a time. A schema newer than this code is
// left alone and refused.
import pg from 'pg'
import { clientConfig } from './connections.ts'
import { log } from './migrations/0001-log.ts'

const migrations: readonly string[] = [log]

/** Thrown when a newer release has been here. */
export class SchemaTooNew extends Error {}

/** "Two processes may start at once": an advisory lock beside those of the horizon. */
const migrationLock = String(17218n << 48n)

export const migrate = async (url: string): Promise<void> => {
  const client = new pg.Client(clientConfig(url))
  // A broken connection fails the statement under way too, and is told there.
  client.on('error', () => {})
  await client.connect()
  try {
    if ((await versionOf(client)) === migrations.length) return
    await client.query('SELECT pg_advisory_lock($1)', [migrationLock])
    const version = await versionOf(client)
    if (version > migrations.length) {
      throw new SchemaTooNew(
        `the log has schema ${version}, this release knows ${migrations.length}: run a newer one`,
      )
    }
    for (let next = version + 1; next <= migrations.length; next += 1) {
      await apply(client, next, migrations[next - 1] ?? '')
    }
  } finally {
    await client.end()
  }
}

const versionOf = async (client: pg.Client): Promise<number> => {
  const exists = await client.query<{ found: string | null }>(
    "SELECT to_regclass('carillon_log.migrations') AS found",
  )
  if (exists.rows[0]?.found == null) return 0
  const newest = await client.query<{ version: string | null }>(
    'SELECT max(version) AS version FROM carillon_log.migrations',
  )
  return Number(newest.rows[0]?.version ?? 0)
}

const apply = async (client: pg.Client, version: number, sql: string): Promise<void> => {
  await client.query('BEGIN')
  if (version === 1) {
    await client.query('CREATE SCHEMA IF NOT EXISTS carillon_log')
    await client.query(
      `CREATE TABLE carillon_log.migrations (
         version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())`,
    )
  }
  await client.query(sql)
  await client.query('INSERT INTO carillon_log.migrations (version) VALUES ($1)', [version])
  await client.query('COMMIT')
}
