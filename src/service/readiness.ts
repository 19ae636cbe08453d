// Whether this process can do its work, and if not, what is wrong.
import * as E from 'fp-ts/lib/Either.js'
import type { ReadinessCheck } from '../api/health.ts'
import type { EventStore } from '../event-store/event-store.ts'
import type { Queries } from '../projections/queries.ts'
import type { Projector } from '../projections/projector.ts'
import type { Trust } from '../nodes/shared-clock.ts'
import type { Presence } from '../nodes/presence.ts'
import type { Ownership } from '../scheduler/ownership/ownership.ts'

const gapsCountedMax = 1_000
const lagMaxMs = 30_000

export const readinessOf = (
  {
    store,
    appendProblem,
  }: { readonly store: EventStore; readonly appendProblem: () => string | null },
  projector: Projector | null,
  scheduler: Pick<Ownership, 'status'> | null,
  queries: Pick<Queries, 'gapCount'>,
  presence: Pick<Presence, 'isSure' | 'trust'>,
  retentionProblem: () => string | null,
): readonly ReadinessCheck[] => [
  {
    name: 'event store',
    problem: async () => {
      const head = await store.head()()
      if (E.isLeft(head)) return head.left.reason
      const problem = appendProblem()
      return problem === null ? null : `cannot be written: ${problem}`
    },
  },
  {
    name: 'read models',
    problem: () => {
      const status = projector?.status()
      if (status === undefined || status.state === 'standing-by') return Promise.resolve(null)
      if (status.state === 'failing') return Promise.resolve(status.failure)
      const behind = status.quietMs === null || (!status.atHead && status.quietMs > lagMaxMs)
      return Promise.resolve(behind ? 'behind the log' : null)
    },
  },
  {
    name: 'clock',
    problem: () => Promise.resolve(presence.isSure() ? null : clockProblem(presence.trust())),
  },
  {
    name: 'scheduler',
    problem: () => Promise.resolve(scheduler === null ? null : schedulerProblem(scheduler)),
  },
  {
    name: 'log retention',
    advisory: true,
    problem: () => Promise.resolve(retentionProblem()),
  },
  {
    name: 'gaps',
    advisory: true,
    problem: async () => {
      const count = await queries.gapCount(gapsCountedMax)()
      if (E.isLeft(count)) return count.left.type
      const more = count.right === gapsCountedMax ? ' or more' : ''
      return count.right === 0
        ? null
        : `${count.right}${more} spans of planned instants without a verdict; see /api/v1/gaps`
    },
  },
]

const schedulerProblem = (scheduler: Pick<Ownership, 'status'>): string | null => {
  const { caughtUp, adopting } = scheduler.status()
  if (!caughtUp) return 'still catching up with the log'
  return adopting > 0 ? `still reading the agenda of ${adopting} shares of the tasks` : null
}

const clockProblem = ({ offsetMs, ...trust }: Trust): string => {
  const off = `the machine's clock is ${Math.round(offsetMs ?? 0)} ms off the database's`
  const unknown = trust.trusted || trust.because === 'unknown'
  return `${unknown && offsetMs === null ? 'the time is not known' : off}: nothing is decided here`
}
