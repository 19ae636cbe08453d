// Our own connection to the server: to learn who it is and whether it answers.
import * as E from 'fp-ts/lib/Either.js'
import pg from 'pg'

const answerWithinMs = 10_000

const connect = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: answerWithinMs,
    query_timeout: answerWithinMs,
    application_name: 'carillon-supervisor',
  })
  client.on('error', () => undefined) // told again by the next query
  try {
    await client.connect()
    return client
  } catch (error) {
    await close(client)
    throw error
  }
}

const close = (client: pg.Client): Promise<void> => client.end().catch(() => undefined)

/** The name that the server was started under (`cluster_name`), or why it does not let us in. */
export const serverNameAt = async (url: string): Promise<E.Either<string, string>> => {
  try {
    const client = await connect(url)
    const { rows } = await client.query<{ cluster_name: string }>('SHOW cluster_name')
    await close(client)
    return E.right(rows[0]?.cluster_name ?? '')
  } catch (error) {
    return E.left(error instanceof Error ? error.message : String(error))
  }
}

export interface Pulse {
  /** A server that refuses (it starts, stops, or is full) is alive too. */
  beat(): Promise<'answered' | 'refused' | 'silent'>
  close(): Promise<void>
}

/** Keeps one connection open; `onBroken` tells at once when it breaks. */
export const createPulse = (url: string, onBroken: () => void): Pulse => {
  let client: pg.Client | null = null
  const drop = async (): Promise<void> => {
    const dropped = client
    client = null
    dropped?.removeListener('end', onBroken)
    if (dropped !== null) await close(dropped)
  }
  return {
    beat: async () => {
      try {
        if (client === null) {
          client = await connect(url)
          client.on('end', onBroken)
        }
        await client.query('SELECT 1')
        return 'answered'
      } catch (error) {
        await drop()
        return error instanceof pg.DatabaseError ? 'refused' : 'silent'
      }
    },
    close: drop,
  }
}
