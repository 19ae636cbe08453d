// While one process after the other is stopped in order and comes back, and nothing else goes wrong,
// nobody is called while somebody else, who lives, is calling, and nobody decides what another decides.
import type { Call } from './callees.ts'
import type { Finding } from './reference.ts'

/** Who stops leaves the calls it cannot wait for to the others, and ends right after that. */
const endsWithinMs = 2_000

interface Release {
  readonly from: number
  /** When processes died. */
  readonly deaths: ReadonlyMap<string, number>
  /** Appends that met another process's. */
  readonly conflicts: number
}

export const checkRelease = (
  heard: readonly Call[],
  { from, deaths, conflicts }: Release,
): Finding[] => {
  const before = new Map<string, Call[]>()
  const findings: Finding[] = []
  for (const call of heard) {
    const { runId, stream, node, at } = call
    const earlier = before.get(runId) ?? []
    before.set(runId, [...earlier, call])
    if (at < from) continue
    for (const other of earlier) {
      const isAlive = (deaths.get(other.node) ?? Infinity) > at + endsWithinMs
      if (other.node !== node && other.endedAt() > at && isAlive)
        findings.push({
          stream,
          what: `in a release, run ${runId} is called by ${node} while ${other.node} calls it`,
        })
    }
  }
  if (conflicts > 0)
    findings.push({ stream: 'release', what: `${conflicts} appends met another process's` })
  return findings
}
