// Lists as people read them: aligned columns under a heading, two blanks apart.
import { padded, printable, shortened, widthOf } from './width.ts'

export interface TableColumn<Row> {
  readonly heading: string
  /** Null and the empty text stand as a dash. */
  readonly text: (row: Row) => string | number | null
  readonly align?: 'right'
  /** Longer texts are shortened. */
  readonly widthMax?: number
}

export const tableOf = <Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
): string => {
  const cells = rows.map((row) => columns.map((column) => cellOf(column, row)))
  const headings = columns.map(({ heading }) => heading)
  const widths = headings.map((heading, at) =>
    Math.max(widthOf(heading), ...cells.map((line) => widthOf(line[at] ?? ''))),
  )
  const lineOf = (line: readonly string[]): string =>
    line
      .map((cell, at) => {
        const width = widths[at] ?? 0
        return columns[at]?.align === 'right'
          ? ' '.repeat(width - widthOf(cell)) + cell
          : padded(cell, width)
      })
      .join('  ')
      .trimEnd()
  return [headings, ...cells].map((line) => `${lineOf(line)}\n`).join('')
}

const cellOf = <Row>({ text, widthMax = 60 }: TableColumn<Row>, row: Row): string => {
  const value = printable(String(text(row) ?? ''))
  return value === '' ? '-' : shortened(value, widthMax)
}

/** Names and values, one pair a line; pairs whose value is null are left out. */
export const factsOf = (facts: readonly (readonly [string, string | number | null])[]): string => {
  const told = facts.flatMap(([name, value]) =>
    value === null || value === '' ? [] : [[name, printable(String(value))] as const],
  )
  const width = Math.max(...told.map(([name]) => widthOf(name)))
  return told.map(([name, value]) => `${padded(name, width)}  ${value}\n`).join('')
}
