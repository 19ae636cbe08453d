// Some runs as rows, newest first, as they come; the long list has a table of its own.
import { useMemo } from 'react'
import type { Run } from '../api/types.ts'
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
          {columns.map(({ id, title, className }) => (
            <th key={id} scope="col" className={className}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.runId} data-row>
            {columns.map(({ id, cell, className }) => (
              <td key={id} className={className}>
                {cell(run)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
