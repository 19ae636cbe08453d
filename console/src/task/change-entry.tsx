// One change as a sentence; its differences from the version before it are fetched when asked for.
import { Button } from 'antd'
import { useState } from 'react'
import type { Task } from '../api/types.ts'
import { DifferenceTable } from '../editor/difference-table.tsx'
import { differences } from '../editor/differences.ts'
import { Ago, At } from '../parts/moment.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { useWords } from '../preferences.tsx'
import { hasDefinition, useDefinition, type Change } from './changes.ts'
import { Revert } from './revert.tsx'
import { taskWords } from './words.ts'

interface Props {
  readonly task: Task
  readonly change: Change
  /** The version before; null when there is none, or it has not been loaded. */
  readonly before: Change | null
  readonly isFirst: boolean
  readonly isCurrent: boolean
}

export const ChangeEntry = ({ task, change, before, isFirst, isCurrent }: Props) => {
  const say = useWords(taskWords)
  const [isOpen, setOpen] = useState(false)
  const [reverting, setReverting] = useState(false)
  const { revision, type, at, actor, reason, source } = change
  return (
    <li className="card">
      <div className="bar tight">
        <strong>{say(type)}</strong>
        {isCurrent && <span className="mark good">{say('current')}</span>}
        <span>{reason ?? <span className="faint">{say('noReason')}</span>}</span>
        <span className="faint">
          {actor !== null && say('byWhom', actor)} {source !== null && say('through', source)} ·{' '}
          <Ago at={at} /> · <At at={at} /> · <code>{revision}</code>
        </span>
      </div>
      {hasDefinition(change) && (
        <div className="buttons">
          <Button size="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {say('showDifference')}
          </Button>
          {!isCurrent && (
            <Button size="small" onClick={() => setReverting(true)}>
              {say('revert')}
            </Button>
          )}
        </div>
      )}
      {isOpen && <Differences task={task} change={change} before={before} isFirst={isFirst} />}
      {reverting && <Revert task={task} change={change} onClose={() => setReverting(false)} />}
    </li>
  )
}

const Differences = ({ task, change, before, isFirst }: Omit<Props, 'isCurrent'>) => {
  const say = useWords(taskWords)
  const now = useDefinition(task, change.revision)
  const then = useDefinition(task, before?.revision ?? null)
  const error = now.error ?? then.error
  if (error !== null) return <Failed error={error} retry={now.refetch} />
  if (isFirst || before === null) return <p className="faint">{say('firstVersion')}</p>
  if (now.data === undefined || then.data === undefined) return <Loading />
  const list = differences(then.data ?? {}, now.data ?? {})
  return list.length === 0 ? (
    <p className="faint">{say('sameVersion')}</p>
  ) : (
    <DifferenceTable of={list} />
  )
}
