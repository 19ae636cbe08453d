// A simulation as people read it: one line for each fire that would be another, in order of time, and how
// many there are of each kind.
import type { Simulation } from '../answers.ts'
import { tableOf } from '../output/table.ts'
import { localTime } from '../output/times.ts'

interface Line {
  readonly change: 'added' | 'removed' | 'moved'
  readonly from: string | null
  readonly to: string | null
  /** What became of the instant where it did not fire, or would. */
  readonly instead: string | null
}

export const reportOf = (name: string, simulation: Simulation): string => {
  const { from, through, counts, complete } = simulation
  const lines = linesOf(simulation)
  const all = counts.added + counts.removed + counts.moved
  const head = `${name}, ${localTime(from) ?? ''} through ${localTime(through) ?? ''}\n`
  const table = lines.length === 0 ? '' : `\n${tableOf(columns, lines)}`
  const more = all > lines.length ? `Of ${all} differences the first of each kind are shown.\n` : ''
  const end = complete ? '' : 'It ends there: the window holds more decisions than are played.\n'
  return `${head}${table}\n${summaryOf(counts)}\n${more}${end}`
}

const linesOf = ({ added, removed, moved }: Simulation): readonly Line[] => {
  const lines: Line[] = [
    ...removed.map(({ at, instead }) => ({
      change: 'removed' as const,
      from: at,
      to: null,
      instead,
    })),
    ...added.map(({ at, instead }) => ({ change: 'added' as const, from: null, to: at, instead })),
    ...moved.map(({ from, to }) => ({ change: 'moved' as const, from, to, instead: null })),
  ]
  const timeOf = ({ from, to }: Line): string => from ?? to ?? ''
  return lines.sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : 0))
}

const columns = [
  { heading: 'CHANGE', text: ({ change }: Line) => change },
  { heading: 'IS', text: ({ from }: Line) => localTime(from) },
  { heading: 'WOULD BE', text: ({ to }: Line) => localTime(to) },
  { heading: 'INSTEAD', text: ({ instead }: Line) => instead },
]

const summaryOf = ({ added, removed, moved, kept }: Simulation['counts']): string =>
  added + removed + moved === 0
    ? `nothing would change, ${kept} fires are kept`
    : `${moved} moved, ${removed} removed, ${added} added, ${kept} kept`
