// An attempt's phases as bars from one end to the next: first the wait in the queue, then what is
// given as offsets from the attempt's start at which each phase ended.
import type { Report } from '../api/types.ts'

export interface Bar {
  readonly name: 'queued' | 'dns' | 'connect' | 'tls' | 'firstByte' | 'rest'
  readonly fromMs: number
  readonly toMs: number
}

export const barsOf = ({ durationMs, phases }: Report): readonly Bar[] => {
  const queuedMs = phases.queuedMs ?? 0
  const ends = [
    ['dns', phases.dnsMs],
    ['connect', phases.connectMs],
    ['tls', phases.tlsMs],
    ['firstByte', phases.firstByteMs],
    ['rest', durationMs],
  ] as const
  const bars: Bar[] = queuedMs > 0 ? [{ name: 'queued', fromMs: 0, toMs: queuedMs }] : []
  let fromMs = queuedMs
  for (const [name, offsetMs] of ends) {
    const toMs = queuedMs + (offsetMs ?? -1)
    if (toMs < fromMs) continue
    bars.push({ name, fromMs, toMs })
    fromMs = toMs
  }
  return bars
}
