// Connections to the server and how they come back after a loss. Appends and reads have pools of
// their own, so that neither waits for the other. After a failed connection everybody waits out one
// growing back-off before the next attempt, so that an outage is not met with a storm.
import pg from 'pg'
import { isDisconnect } from './faults.ts'

export type Log = (message: string, fields: Readonly<Record<string, unknown>>) => void

export type Row = readonly (string | null)[]

export interface Statement {
  /** Prepared once per connection under this name. */
  readonly name: string
  readonly text: string
}

export interface Database {
  /** Rejects with the driver's error. */
  readonly run: (statement: Statement, values: readonly unknown[]) => Promise<readonly Row[]>
  readonly close: () => Promise<void>
}

const statementTimeoutMs = 15_000
const connectTimeoutMs = 10_000

export const clientConfig = (url: string): pg.ClientConfig => ({
  connectionString: url,
  application_name: 'carillon event store',
  connectionTimeoutMillis: connectTimeoutMs,
  keepAlive: true,
  statement_timeout: statementTimeoutMs,
  idle_in_transaction_session_timeout: statementTimeoutMs,
  query_timeout: statementTimeoutMs + 5_000,
  types: { getTypeParser: () => asText },
})

// The horizon needs a newer snapshot for every statement. Every query here is answered by an index;
// without statistics (a young log) the planner would not always know.
const sessionSettings = `
  SET default_transaction_isolation = 'read committed';
  SET enable_seqscan = off;
  SET enable_bitmapscan = off;
  SET jit = off`

const asText = (value: unknown): unknown => value

export const openDatabase = (url: string, most: number, log: Log): Database => {
  const pool = new pg.Pool({
    ...clientConfig(url),
    max: most,
    idleTimeoutMillis: 300_000,
    verify: (client, done) => client.query(sessionSettings, (error) => done(error)),
  })
  pool.on('error', (error) => log('an idle connection broke', { reason: error.message }))
  // A connection in use, or one being set up, tells its query; unheard, the error would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  const backOff = createBackOff()
  return {
    run: async ({ name, text }, values) => {
      await backOff.passed()
      try {
        const result = await pool.query<string[]>({
          name,
          text,
          values: [...values],
          rowMode: 'array',
        })
        backOff.succeeded()
        return result.rows
      } catch (error) {
        if (isDisconnect(error)) backOff.failed()
        throw error
      }
    },
    close: () => pool.end(),
  }
}

export interface BackOff {
  readonly passed: () => Promise<void>
  readonly failed: () => void
  readonly succeeded: () => void
}

const firstDelayMs = 50
const longestDelayMs = 2_000

export const createBackOff = (): BackOff => {
  let failures = 0
  let waiting: Promise<void> | null = null
  return {
    passed: async () => {
      if (waiting !== null) await waiting
    },
    failed: () => {
      if (waiting !== null) return
      const most = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(failures, 10))
      failures += 1
      waiting = new Promise((resolve) => {
        setTimeout(
          () => {
            waiting = null
            resolve()
          },
          most * (0.5 + Math.random() / 2),
        )
      })
    },
    succeeded: () => {
      failures = 0
    },
  }
}
