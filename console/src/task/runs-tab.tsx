// Every run of the task, newest first.
import { useRuns } from '../api/questions.ts'
import type { Task } from '../api/types.ts'
import { ExportMenu } from '../parts/export-menu.tsx'
import { Pages } from '../parts/pages.tsx'
import { Nothing } from '../parts/states.tsx'
import { useWords } from '../preferences.tsx'
import { RunTable } from '../runs/run-table.tsx'
import { taskWords } from './words.ts'

export const RunsTab = ({ task: { group, job } }: { readonly task: Task }) => {
  const say = useWords(taskWords)
  const runs = useRuns({ group, job })
  const rows = runs.data?.pages.flatMap((page) => page.runs) ?? []
  return (
    <Pages of={runs}>
      {rows.length === 0 ? (
        <Nothing title={say('noRuns')} hint={say('noRunsHint')} />
      ) : (
        <>
          <div className="bar">
            <ExportMenu of="runs" filter={{ group, job }} />
          </div>
          <RunTable runs={rows} ofOneTask />
        </>
      )}
    </Pages>
  )
}
