// The databases the settings name: reachable, new enough, with room for our schemas, and with a clock
// that agrees with ours. What may be a password is never shown.
import { connect } from 'node:net'
import * as t from 'io-ts'
import pg from 'pg'
import { fail, ok, reasonOf, warn, type Finding } from './finding.ts'

const Row = t.type({
  version: t.number,
  encoding: t.string,
  now: t.number,
  may: t.boolean,
})

const question = `select current_setting('server_version_num')::int as version,
  current_setting('server_encoding') as encoding,
  extract(epoch from clock_timestamp())::float8 * 1000 as now,
  has_database_privilege(current_database(), 'CREATE') as may`

const versionMin = 140_000
const clockOff = { warnMs: 250, failMs: 1_000 }

export const checkPostgres = async (check: string, url: string): Promise<readonly Finding[]> => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const before = Date.now()
    const { rows } = await client.query<Record<string, unknown>>(question)
    const after = Date.now()
    const row: unknown = rows[0]
    if (!Row.is(row)) throw new Error('it does not answer as PostgreSQL does')
    return [databaseFinding(check, row), clockFinding(check, row.now, before, after)]
  } catch (error) {
    const advice = 'Check the URL, its password, and that the server runs and lets this machine in.'
    return [fail(check, reasonOf(error), advice)]
  } finally {
    await client.end().catch(() => {})
  }
}

const databaseFinding = (check: string, row: t.TypeOf<typeof Row>): Finding => {
  const version = `PostgreSQL ${Math.floor(row.version / 10_000)}`
  if (row.version < versionMin) return fail(check, version, 'PostgreSQL 14 or newer is needed.')
  if (row.encoding !== 'UTF8')
    return fail(check, `encoding ${row.encoding}`, 'Create the database with encoding UTF8.')
  return row.may
    ? ok(check, version)
    : warn(check, `${version}, this user may not create schemas`, 'GRANT CREATE ON DATABASE to it.')
}

/** The server's clock was read between the two; how far it is outside is how far it is off. */
const clockFinding = (check: string, now: number, before: number, after: number): Finding => {
  const offMs = Math.round(Math.max(before - now, now - after, 0))
  const found = offMs === 0 ? 'agrees with ours' : `${offMs} ms off ours`
  const name = `clock of ${check}`
  const advice = 'Let both machines keep time by NTP.'
  if (offMs > clockOff.failMs) return fail(name, found, advice)
  return offMs > clockOff.warnMs ? warn(name, found, advice) : ok(name, found)
}

/** Whether somebody listens there; what EventStoreDB says more is the service's own affair. */
export const checkEventStoreDb = (url: string): Promise<Finding> => {
  const address = /^[^:]+:\/\/(?:[^@/]*@)?([^/?,]+)/.exec(url)?.[1] ?? ''
  const [host = '', port = '2113'] = address.split(':')
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port), timeout: 5_000 })
    const end = (finding: Finding): void => {
      socket.destroy()
      resolve(finding)
    }
    const advice = 'Check EVENT_STORE_URL, and that EventStoreDB runs there.'
    const away = (reason: string) => fail('event store', `${host}:${port}: ${reason}`, advice)
    socket.once('connect', () => end(ok('event store', `EventStoreDB at ${host}:${port}`)))
    socket.once('timeout', () => end(away('no answer')))
    socket.once('error', (error) => end(away(reasonOf(error))))
  })
}
