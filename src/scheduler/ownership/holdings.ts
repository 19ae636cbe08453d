// The shares this process looks after, and since when. Asked for every stream that is attended, so
// that a process which holds everything (the only one, mostly) must not have to look up a share.
import type { Instant } from '../../domain/instant.ts'
import { streamOfTask, type TaskId } from '../../domain/task/ids.ts'
import { shareOf, sharesTotal } from './shares.ts'

/** One time of looking after a share. */
export interface Tenure {
  /** Who had the share before, named in the log where a run is taken over; null: not known. */
  readonly predecessor: string | null
  /** Runs that began before this were begun by somebody else. */
  readonly startedAt: Instant
}

export interface Holdings {
  readonly ofStream: (stream: string) => Tenure | null
  readonly ofTask: (taskId: TaskId) => Tenure | null
  readonly ofShare: (share: number) => Tenure | null
  readonly shares: () => readonly number[]
  readonly add: (share: number, tenure: Tenure) => void
  readonly delete: (shares: readonly number[]) => void
}

export const createHoldings = (): Holdings => {
  const tenures = new Map<number, Tenure>()
  /** What holds for every stream; null: it depends on the share. */
  let everywhere: Tenure | null = null

  const reconsider = (): void => {
    const [first] = tenures.values()
    const same = ({ predecessor, startedAt }: Tenure): boolean =>
      predecessor === first?.predecessor && startedAt === first.startedAt
    const all = tenures.size === sharesTotal && [...tenures.values()].every(same)
    everywhere = all ? (first ?? null) : null
  }
  const ofStream = (stream: string): Tenure | null =>
    everywhere ?? (tenures.size === 0 ? null : (tenures.get(shareOf(stream)) ?? null))

  return {
    ofStream,
    ofTask: (taskId) => everywhere ?? ofStream(streamOfTask(taskId)),
    ofShare: (share) => tenures.get(share) ?? null,
    shares: () => [...tenures.keys()],
    add: (share, tenure) => {
      tenures.set(share, tenure)
      reconsider()
    },
    delete: (shares) => {
      for (const share of shares) tenures.delete(share)
      reconsider()
    },
  }
}
