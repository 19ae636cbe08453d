// A table of which only the rows in sight exist, between two gaps as high as the others would be. It
// stays a table: with its head, its rows and their numbers, for whoever listens instead of looking.
import { memo, useEffect, useRef, type ReactNode } from 'react'
import { useWords } from '../preferences.tsx'
import type { Endless } from './endless.ts'
import { useRoom } from './use-room.ts'
import { useSight } from './use-sight.ts'
import { listWords } from './words.ts'
import './list.css'

export interface Column<Row> {
  readonly id: string
  readonly title: ReactNode
  readonly cell: (row: Row) => ReactNode
  /** Of both head and cells; widths are given to these in list.css. */
  readonly className?: string
}

interface Props<Row> {
  readonly of: Pick<Endless<Row>, 'rows' | 'hasMore' | 'show' | 'isPlaceholder'>
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly keyOf: (row: Row) => string
  /** A row that is marked, for example because it is open beside the list. */
  readonly marked?: string | undefined
}

const rowPx = 52

export const LongTable = <Row,>({ of: list, label, columns, keyOf, marked }: Props<Row>) => {
  const say = useWords(listWords)
  const { rows, hasMore, show, isPlaceholder } = list
  const body = useRef<HTMLTableSectionElement>(null)
  const { from, to } = useSight(body, rowPx, rows.length)
  useEffect(() => show(from, to), [show, from, to])
  const room = useRef<HTMLDivElement>(null)
  useRoom(room, columns)
  return (
    <>
      <div ref={room} className="room">
        <table
          className={isPlaceholder ? 'long waiting' : 'long'}
          aria-label={label}
          aria-rowcount={hasMore ? -1 : rows.length + 1}
          aria-busy={isPlaceholder}
        >
          <thead>
            <tr aria-rowindex={1}>
              <Heads of={columns} />
            </tr>
          </thead>
          <tbody ref={body}>
            <Gap rows={from} />
            {rows.slice(from, to).map((row, index) => (
              <RowOf
                key={keyOf(row)}
                row={row}
                number={from + index + 2}
                columns={columns}
                marked={marked === keyOf(row)}
              />
            ))}
            <Gap rows={rows.length - to} />
          </tbody>
        </table>
      </div>
      <p className="faint ending">
        {hasMore ? say('loadedMore', rows.length) : say('loadedAll', rows.length)}
      </p>
    </>
  )
}

export const Heads = <Row,>({ of: columns }: { readonly of: readonly Column<Row>[] }) =>
  columns.map(({ id, title, className }) => (
    <th key={id} scope="col" className={className}>
      {title}
    </th>
  ))

export const Cells = <Row,>({
  of: columns,
  row,
}: Pick<RowProps<Row>, 'row'> & { readonly of: readonly Column<Row>[] }) =>
  columns.map(({ id, cell, className }) => (
    <td key={id} className={className}>
      {cell(row)}
    </td>
  ))

// One cell: spanning columns that a narrow window hides would bring them back as empty ones.
const Gap = ({ rows }: { readonly rows: number }) =>
  rows <= 0 ? null : (
    <tr aria-hidden className="gap" style={{ height: rows * rowPx }}>
      <td />
    </tr>
  )

interface RowProps<Row> {
  readonly row: Row
  readonly number: number
  readonly columns: readonly Column<Row>[]
  readonly marked: boolean
}

const AnyRow = <Row,>({ row, number, columns, marked }: RowProps<Row>) => (
  <tr data-row aria-rowindex={number} className={marked ? 'marked' : undefined}>
    <Cells of={columns} row={row} />
  </tr>
)
// A generic component stays generic only when memo is told so.
const RowOf: typeof AnyRow = memo(AnyRow) as typeof AnyRow
