// The one connection that listens for appends of other processes. Our own come back here too and
// are ignored: the answer to the append has rung already. It is opened again when it breaks; until
// then, and whenever a notification is lost, readers find out by looking now and then.
import pg from 'pg'
import { clientConfig, createBackOff, type Log } from './connections.ts'
import type { Wake } from './wake.ts'

export interface Listener {
  /** Opens the connection at the first call. */
  readonly start: () => void
  readonly stop: () => Promise<void>
}

export const createListener = (url: string, writer: string, wake: Wake, log: Log): Listener => {
  const stopping = new AbortController()
  const backOff = createBackOff()
  let running: Promise<void> | null = null

  const listen = async (): Promise<void> => {
    const client = new pg.Client(clientConfig(url))
    client.on('error', (error) => log('the listening connection broke', { reason: error.message }))
    client.on('notification', ({ payload }) => {
      if (payload !== writer) wake.ring()
    })
    const ended = new Promise<void>((resolve) => client.once('end', resolve))
    const stop = (): void => void client.end()
    try {
      await client.connect()
      stopping.signal.addEventListener('abort', stop)
      await client.query('LISTEN carillon_log')
      if (stopping.signal.aborted) stop()
      backOff.succeeded()
      wake.ring()
      await ended
    } catch (error) {
      log('cannot listen for appends of others', { reason: String(error) })
      await client.end().catch(() => {})
    } finally {
      stopping.signal.removeEventListener('abort', stop)
    }
  }

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await listen()
      if (isAborted(stopping.signal)) return
      wake.ring()
      backOff.failed()
      await backOff.passed()
    }
  }

  return {
    start: () => {
      running ??= run()
    },
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}

// A call, because the compiler takes a signal once seen open to stay open across an await.
const isAborted = (signal: AbortSignal): boolean => signal.aborted
