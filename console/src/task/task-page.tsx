// What is this task, what has it done, what will it do? Its head with the commands, and a tab for each
// of these questions, with an address of its own.
import { EllipsisOutlined } from '@ant-design/icons'
import { lazy } from 'react'
import { NavLink, useParams } from 'react-router'
import { taskPath } from '../api/client.ts'
import { useTask } from '../api/questions.ts'
import type { Status, Task } from '../api/types.ts'
import { clockTime, counted } from '../format.ts'
import { Commands } from '../parts/commanding.tsx'
import { Menu } from '../parts/menu.tsx'
import { LinkButton } from '../parts/link-button.tsx'
import { Countdown } from '../parts/moment.tsx'
import { StateMark } from '../parts/state-mark.tsx'
import { Failed, Loading, Nothing } from '../parts/states.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { OverviewTab } from './overview-tab.tsx'
import { taskWords } from './words.ts'
import './task.css'

const OccurrencesTab = lazy(async () => ({
  default: (await import('./occurrences-tab.tsx')).OccurrencesTab,
}))
const ChangesTab = lazy(async () => ({ default: (await import('./changes-tab.tsx')).ChangesTab }))
const RunsTab = lazy(async () => ({ default: (await import('./runs-tab.tsx')).RunsTab }))
const SimulateTab = lazy(async () => ({
  default: (await import('./simulate-tab.tsx')).SimulateTab,
}))
const EventsTab = lazy(async () => ({ default: (await import('./events-tab.tsx')).EventsTab }))

const tabs = [
  { path: '', word: 'tabOverview', Tab: OverviewTab },
  { path: 'occurrences', word: 'tabOccurrences', Tab: OccurrencesTab },
  { path: 'runs', word: 'tabRuns', Tab: RunsTab },
  { path: 'changes', word: 'tabChanges', Tab: ChangesTab },
  { path: 'simulate', word: 'tabSimulate', Tab: SimulateTab },
  { path: 'events', word: 'tabEvents', Tab: EventsTab },
] as const

export const TaskPage = () => {
  const say = useWords(taskWords)
  const { group = '', job = '', tab = '' } = useParams()
  const task = useTask({ group, job })
  const chosen = tabs.find(({ path }) => path === tab)
  if (chosen === undefined) return <Nothing title={say('notFound')} hint={tab} />
  if (task.isPending) return <Loading />
  if (task.data === undefined) return <Failed error={task.error} retry={task.refetch} />
  const { Tab } = chosen
  return (
    <>
      <Head task={task.data} />
      <nav className="tabs" aria-label={say('tabs')}>
        {tabs.map(({ path, word }) => (
          <NavLink key={path} end to={taskPath({ group, job }) + (path === '' ? '' : `/${path}`)}>
            {say(word)}
          </NavLink>
        ))}
      </nav>
      <Tab task={task.data} />
    </>
  )
}

const commandsOf = (status: Status) => {
  switch (status) {
    case 'Active':
      return ['trigger', 'pause'] as const
    case 'Paused':
      return ['trigger', 'resume'] as const
    case 'Completed':
      return ['trigger'] as const
    case 'Deleted':
      return []
  }
}

const Head = ({ task }: { readonly task: Task }) => {
  const { language } = usePreferences()
  const say = useWords(taskWords)
  const { group, job, name, description, status, statusReason, statusBy, counts, pausedUntil } =
    task
  const key = { group, job }
  return (
    <header className="head">
      <div>
        <span className="faint">{name === null ? group : `${group} · ${name}`}</span>
        <h1>{job}</h1>
        {description !== null && <p>{description}</p>}
        <p>
          <StateMark state={status} /> {status !== 'Active' && statusReason}{' '}
          {pausedUntil !== null && say('untilWhen', clockTime(pausedUntil))}{' '}
          <span className="faint">
            {status !== 'Active' && statusBy !== null && say('by', statusBy)}{' '}
            {counts !== null &&
              say(
                'counts',
                ...[
                  counts.fired,
                  counts.succeeded,
                  counts.failed + counts.timedOut,
                  counts.skipped,
                ].map((count) => counted(count, language)),
              )}
          </span>
        </p>
      </div>
      <div className="large number">
        <span className="faint">{say('nextFire')}</span>
        <Countdown at={task.nextFireAt} />
      </div>
      <div className="buttons">
        <Commands task={key} verbs={commandsOf(status)} />
        {status !== 'Deleted' && (
          <LinkButton to={`${taskPath(key)}/edit`}>{say('edit')}</LinkButton>
        )}
        <Menu title={say('moreCommands')} icon={<EllipsisOutlined aria-hidden />}>
          <LinkButton to={`/tasks/new?${new URLSearchParams(key)}`}>{say('duplicate')}</LinkButton>
          {status !== 'Deleted' && <Commands task={key} verbs={['delete']} />}
        </Menu>
      </div>
    </header>
  )
}
