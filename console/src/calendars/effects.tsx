// What a change of a calendar would do to the tasks that name it, decided by their own rules.
import { Link } from 'react-router'
import { taskPath, type Key } from '../api/client.ts'
import { clockTime } from '../format.ts'
import { Failed, Loading } from '../parts/states.tsx'
import { useWords } from '../preferences.tsx'
import type { CalendarDraft } from './calendar.ts'
import { simulatedTasksMax, useEffects } from './questions.ts'
import { calendarWords } from './words.ts'

const shownMax = 3

interface Props {
  readonly name: string
  readonly draft: CalendarDraft
  readonly tasks: readonly Key[]
}

export const Effects = ({ name, draft, tasks }: Props) => {
  const say = useWords(calendarWords)
  const effects = useEffects(name, draft, tasks)
  if (tasks.length === 0) return <p className="faint">{say('noTaskUses')}</p>
  if (effects.isPending) return <Loading />
  if (effects.data === undefined) return <Failed error={effects.error} retry={effects.refetch} />
  const felt = effects.data.filter(({ result: { counts } }) => counts.added + counts.removed > 0)
  return (
    <section aria-label={say('effects')}>
      <h3>{say('effects')}</h3>
      {felt.length === 0 && <p className="faint">{say('effectsNone')}</p>}
      <ul className="effects">
        {felt.map(({ task, result: { counts, added, removed } }) => (
          <li key={taskPath(task)}>
            <Link to={taskPath(task)}>
              {task.group} / {task.job}
            </Link>{' '}
            {counts.removed > 0 && (
              <span>
                <span className="mark bad">{say('gone', counts.removed)}</span>{' '}
                <span className="faint number">{some(removed.map(({ at }) => at))}</span>{' '}
              </span>
            )}
            {counts.added > 0 && (
              <span>
                <span className="mark good">{say('come', counts.added)}</span>{' '}
                <span className="faint number">{some(added.map(({ at }) => at))}</span>
              </span>
            )}
          </li>
        ))}
      </ul>
      {tasks.length > simulatedTasksMax && (
        <p className="faint">{say('effectsMore', simulatedTasksMax)}</p>
      )}
    </section>
  )
}

const some = (instants: readonly string[]): string =>
  instants.slice(0, shownMax).map(clockTime).join(' · ') + (instants.length > shownMax ? ' …' : '')
