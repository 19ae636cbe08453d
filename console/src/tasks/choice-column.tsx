// The first column: a box for each row, and one for all that are loaded. The browser's own boxes, since
// a box of the component library costs more than the rest of its row.
import type { Summary } from '../api/types.ts'
import type { Column } from '../list/long-table.tsx'
import type { Say } from '../say.ts'

interface Choice {
  readonly say: Say
  readonly rows: readonly Summary[]
  readonly keyOf: (task: Summary) => string
  readonly chosen: ReadonlySet<string>
  readonly onChange: (chosen: ReadonlySet<string>) => void
}

export const choiceColumn = ({ say, rows, keyOf, chosen, onChange }: Choice): Column<Summary> => {
  const all =
    rows.length > 0 && chosen.size >= rows.length && rows.every((task) => chosen.has(keyOf(task)))
  const toggle = (task: Summary, on: boolean) => {
    const next = new Set(chosen)
    if (on) next.add(keyOf(task))
    else next.delete(keyOf(task))
    onChange(next)
  }
  return {
    id: 'choice',
    className: 'w-check',
    title: (
      <input
        type="checkbox"
        aria-label={say('select', say('tasks'))}
        checked={all}
        ref={(box) => {
          if (box !== null) box.indeterminate = chosen.size > 0 && !all
        }}
        onChange={({ target }) => onChange(new Set(target.checked ? rows.map(keyOf) : []))}
      />
    ),
    cell: (task) => (
      <input
        type="checkbox"
        aria-label={say('select', `${task.group}/${task.job}`)}
        checked={chosen.has(keyOf(task))}
        onChange={({ target }) => toggle(task, target.checked)}
      />
    ),
  }
}
