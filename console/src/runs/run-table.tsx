// Some runs as rows, newest first, as they come; the long list has a table of its own.
import { useMemo } from 'react'
import type { Run } from '../api/types.ts'
import { Cells, Heads } from '../list/long-table.tsx'
import { usePreferences } from '../preferences.tsx'
import { hiddenAtFirst, runColumns } from './run-columns.tsx'

interface Props {
  readonly runs: readonly Run[]
  readonly ofOneTask?: boolean
}

export const RunTable = ({ runs, ofOneTask = false }: Props) => {
  const { language } = usePreferences()
  const columns = useMemo(
    () =>
      runColumns(language).filter(
        ({ id }) => !(ofOneTask && id === 'job') && !hiddenAtFirst.includes(id),
      ),
    [language, ofOneTask],
  )
  return (
    <table>
      <thead>
        <tr>
          <Heads of={columns} />
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.runId} data-row>
            <Cells of={columns} row={run} />
          </tr>
        ))}
      </tbody>
    </table>
  )
}
