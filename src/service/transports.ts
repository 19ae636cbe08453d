// The transports callees are reached over, in threads of their own unless told otherwise.
import type { Instant } from '../domain/instant.ts'
import { openTransports } from '../scheduler/recall/transports/open-transports.ts'
import { createThreadedTransport } from '../scheduler/recall/transports/threads/threaded.ts'
import type { RecallTransport } from '../scheduler/recall/transports/transport.ts'
import { closeTimeoutMs, type Ground } from './ground.ts'

export const openTransport = (
  { config, log, shutdown }: Ground,
  now: () => Instant,
): RecallTransport => {
  const settings = {
    allow: config.recallAllowAddresses ?? [],
    deny: config.recallDenyAddresses ?? [],
    connectionsPerOrigin: config.recallConcurrencyPerHost,
    now,
  }
  // A thread reads no TypeScript: run from its sources, a process makes its calls itself.
  const threads = import.meta.url.endsWith('.ts') ? 0 : config.recallThreads
  const onTrouble = (reason: string): void =>
    log.error({ reason }, 'a thread that makes calls ended; its calls failed, another one begins')
  const transport =
    threads === 0
      ? openTransports(settings)
      : createThreadedTransport({ ...settings, threads, onTrouble })
  shutdown.register({
    name: 'transports',
    timeoutMs: closeTimeoutMs,
    stop: () => transport.close(),
  })
  return transport
}
