// Keeps this process's shares of the agenda's table in step with the log: collects the streams that
// changed, and writes their rows together with the subscriber's position, so that each share of the
// table is always as of one checkpoint. Rows are written lazily: a task that fires every second costs
// one row a flush, not one a fire.
//
// A share is collected from the moment it is ours, and written with its checkpoint once everything
// between that checkpoint and our position has been collected too.
import * as E from 'fp-ts/lib/Either.js'
import type { Fault } from '../../commands/faults.ts'
import type { TaskCommands } from '../../commands/tasks.ts'
import { taskOfStream } from '../../domain/task/ids.ts'
import type { Position } from '../../event-store/event-store.ts'
import { shareOf, sharesTotal } from '../ownership/shares.ts'
import type { AgendaRow, AgendaStore, AgendaUnavailable } from './agenda-store.ts'
import { agendaDueAt } from './due.ts'

export type AgendaTrouble = AgendaUnavailable | Fault

export interface AgendaKeeper {
  /** Changes in these shares are collected from now on. */
  readonly collect: (shares: readonly number[]) => void
  /** Everything up to the subscriber's position is collected: they are written from now on. */
  readonly keep: (shares: readonly number[]) => void
  readonly letGo: (shares: readonly number[]) => void
  /** A stream's row has to be written anew, if it is in a share of ours. */
  readonly touch: (stream: string) => void
  /** The subscriber has processed the log up to here. */
  readonly advance: (through: Position) => void
  readonly flush: () => Promise<E.Either<AgendaTrouble, void>>
  /** Hands over the rows of shares due in (from, through]; `from` null: from the beginning. */
  readonly read: (
    shares: readonly number[],
    from: number | null,
    through: number,
    each: (row: AgendaRow) => void,
  ) => Promise<E.Either<AgendaTrouble, void>>
  /** Shares that are written. */
  readonly kept: () => readonly number[]
}

const rowsPerPageDefault = 5_000
const readsAtOnce = 64

interface Row {
  readonly stream: string
  readonly dueAt: number | null
}

export const createAgendaKeeper = (deps: {
  readonly agenda: AgendaStore
  readonly commands: Pick<TaskCommands, 'load'>
  /** Rows written or read at once; 5,000 unless said otherwise. */
  readonly rowsPerPage?: number | undefined
}): AgendaKeeper => {
  const rowsPerPage = deps.rowsPerPage ?? rowsPerPageDefault
  const collected = new Set<number>()
  const kept = new Set<number>()
  const changed = new Set<string>()
  let position: Position | null = null
  let isWritten = true

  const isIn = (shares: ReadonlySet<number>, stream: string): boolean =>
    shares.size === sharesTotal || (shares.size > 0 && shares.has(shareOf(stream)))

  const rowOf = async (stream: string): Promise<E.Either<AgendaTrouble, Row>> => {
    const taskId = taskOfStream(stream)
    if (E.isLeft(taskId)) return E.right({ stream, dueAt: null })
    const folded = await deps.commands.load(taskId.right)()
    return E.isLeft(folded)
      ? folded
      : E.right({ stream, dueAt: agendaDueAt(taskId.right, folded.right.state) })
  }

  const rowsOf = async (streams: readonly string[]): Promise<E.Either<AgendaTrouble, Row[]>> => {
    const rows: Row[] = []
    for (let start = 0; start < streams.length; start += readsAtOnce) {
      for (const row of await Promise.all(streams.slice(start, start + readsAtOnce).map(rowOf))) {
        if (E.isLeft(row)) return row
        rows.push(row.right)
      }
    }
    return E.right(rows)
  }

  const write = async (
    streams: readonly string[],
    shares: readonly number[],
    through: Position | null,
  ): Promise<E.Either<AgendaTrouble, void>> => {
    for (let start = 0; start < streams.length; start += rowsPerPage) {
      const rows = await rowsOf(streams.slice(start, start + rowsPerPage))
      if (E.isLeft(rows)) return rows
      // Rows ahead of the checkpoint do no harm: what they leave out is replayed.
      const part = await deps.agenda.write(rows.right, shares, null)()
      if (E.isLeft(part)) return part
    }
    return deps.agenda.write([], shares, through)()
  }

  const flush = async (): Promise<E.Either<AgendaTrouble, void>> => {
    if (isWritten || kept.size === 0) return E.right(undefined)
    const streams = [...changed].filter((stream) => isIn(kept, stream))
    const through = position
    for (const stream of streams) changed.delete(stream)
    isWritten = true
    const result = await write(streams, [...kept], through)
    if (E.isRight(result)) return result
    isWritten = false
    for (const stream of streams) if (isIn(collected, stream)) changed.add(stream)
    return result
  }

  return {
    collect: (shares) => shares.forEach((share) => collected.add(share)),
    keep: (shares) => {
      for (const share of shares) kept.add(share)
      isWritten = false
    },
    letGo: (shares) => {
      for (const share of shares) {
        collected.delete(share)
        kept.delete(share)
      }
      for (const stream of changed) if (!isIn(collected, stream)) changed.delete(stream)
    },
    touch: (stream) => {
      if (!isIn(collected, stream)) return
      changed.add(stream)
      isWritten = false
    },
    advance: (through) => {
      if (position === through) return
      position = through
      isWritten = false
    },
    flush,
    read: async (shares, from, through, each) => {
      let after: AgendaRow | null = from === null ? null : { stream: '', dueAt: from + 1 }
      for (;;) {
        const page = await deps.agenda.dueThrough(shares, through, after, rowsPerPage)()
        if (E.isLeft(page)) return page
        page.right.forEach(each)
        const last = page.right.at(-1)
        if (last === undefined || page.right.length < rowsPerPage) return E.right(undefined)
        after = last
      }
    },
    kept: () => [...kept],
  }
}
