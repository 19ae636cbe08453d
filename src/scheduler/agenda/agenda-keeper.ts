// Keeps the agenda's table in step with the log: collects the streams that changed, and writes their
// rows together with the subscriber's position, so that the table is always as of one checkpoint.
// Rows are written lazily: a task that fires every second costs one row a flush, not one a fire.
import * as E from 'fp-ts/lib/Either.js'
import type { Fault } from '../../commands/faults.ts'
import type { TaskCommands } from '../../commands/tasks.ts'
import { taskOfStream } from '../../domain/task/ids.ts'
import type { Position } from '../../event-store/event-store.ts'
import type { AgendaRow, AgendaStore, AgendaUnavailable } from './agenda-store.ts'
import { agendaDueAt } from './due.ts'

type Trouble = AgendaUnavailable | Fault

export interface AgendaKeeper {
  /** A stream's row has to be written anew. */
  readonly touch: (stream: string) => void
  /** The subscriber has processed the log up to here. */
  readonly advance: (through: Position) => void
  readonly flush: () => Promise<E.Either<Trouble, void>>
  /** Flushes, then hands over every row due in (from, through]; `from` null: from the beginning. */
  readonly refill: (
    from: number | null,
    through: number,
    each: (row: AgendaRow) => void,
  ) => Promise<E.Either<Trouble, void>>
}

const rowsPerWrite = 5_000
const readsAtOnce = 64

interface Row {
  readonly stream: string
  readonly dueAt: number | null
}

export const createAgendaKeeper = (deps: {
  readonly agenda: AgendaStore
  readonly commands: Pick<TaskCommands, 'load'>
}): AgendaKeeper => {
  let changed = new Set<string>()
  let position: Position | null = null
  let written: Position | null = null

  const rowOf = async (stream: string): Promise<E.Either<Trouble, Row>> => {
    const taskId = taskOfStream(stream)
    if (E.isLeft(taskId)) return E.right({ stream, dueAt: null })
    const folded = await deps.commands.load(taskId.right)()
    return E.isLeft(folded)
      ? folded
      : E.right({ stream, dueAt: agendaDueAt(taskId.right, folded.right.state) })
  }

  const rowsOf = async (streams: readonly string[]): Promise<E.Either<Trouble, Row[]>> => {
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
    through: Position | null,
  ): Promise<E.Either<Trouble, void>> => {
    for (let start = 0; start < streams.length; start += rowsPerWrite) {
      const rows = await rowsOf(streams.slice(start, start + rowsPerWrite))
      if (E.isLeft(rows)) return rows
      // Rows ahead of the checkpoint do no harm: what they leave out is replayed.
      const part = await deps.agenda.write(rows.right, null)()
      if (E.isLeft(part)) return part
    }
    return deps.agenda.write([], through)()
  }

  const flush = async (): Promise<E.Either<Trouble, void>> => {
    if (position === written) return E.right(undefined)
    const streams = changed
    const through = position
    changed = new Set()
    const result = await write([...streams], through)
    if (E.isRight(result)) written = through
    else for (const stream of streams) changed.add(stream)
    return result
  }

  return {
    touch: (stream) => void changed.add(stream),
    advance: (through) => {
      position = through
    },
    flush,
    refill: async (from, through, each) => {
      const flushed = await flush()
      if (E.isLeft(flushed)) return flushed
      let after: AgendaRow | null = from === null ? null : { stream: '', dueAt: from + 1 }
      for (;;) {
        const page = await deps.agenda.dueThrough(through, after, rowsPerWrite)()
        if (E.isLeft(page)) return page
        page.right.forEach(each)
        const last = page.right.at(-1)
        if (last === undefined || page.right.length < rowsPerWrite) return E.right(undefined)
        after = last
      }
    },
  }
}
