// The groups with how many tasks each has; choosing one narrows the list beside it.
import { useGroups } from '../api/questions.ts'
import { usePreferences } from '../preferences.tsx'

interface Props {
  readonly chosen: string
  readonly onChoose: (group: string) => void
}

export const GroupList = ({ chosen, onChoose }: Props) => {
  const { say } = usePreferences()
  const groups = useGroups().data?.groups ?? []
  const all = groups.reduce((sum, { tasks }) => sum + tasks, 0)
  const rows = [{ group: '', tasks: all }, ...groups.filter(({ tasks }) => tasks > 0)]
  return (
    <nav className="groups" aria-label={say('groups')}>
      {rows.map(({ group, tasks }) => (
        <button
          key={group}
          type="button"
          aria-pressed={group === chosen}
          onClick={() => onChoose(group)}
        >
          <span className="clipped">{group === '' ? say('allGroups') : group}</span>
          <span className="number faint">{tasks}</span>
        </button>
      ))}
    </nav>
  )
}
