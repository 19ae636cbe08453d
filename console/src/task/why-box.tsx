// Why, or why not, at one instant: asked on the clock of the task, answered as one sentence.
import { Button, Input } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Task } from '../api/types.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { Failed } from '../parts/states.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { useUrlFilter } from '../url-filter.ts'
import { instantOfWall, wallOf } from '../zoned.ts'
import { useWhy } from './explanations.ts'
import { VerdictMark } from './verdict-mark.tsx'
import { taskWords } from './words.ts'

export const WhyBox = ({ task }: { readonly task: Task }) => {
  const say = useWords(taskWords)
  const { valueOf, set } = useUrlFilter(['at'])
  const asked = valueOf('at') === '' ? null : valueOf('at')
  const [typed, setTyped] = useState(wallOf(asked, task.zone))
  const ask = (at: string | null) => {
    if (at === null) return
    setTyped(wallOf(at, task.zone))
    set('at', at)
  }
  return (
    <section className="card" aria-label={say('whyAt')}>
      <form
        className="bar why"
        onSubmit={(event) => {
          event.preventDefault()
          ask(instantOfWall(typed, task.zone))
        }}
      >
        <label htmlFor="why-at">{say('whyAt')}</label>
        <Input
          id="why-at"
          type="datetime-local"
          step={1}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
        />
        <span className="faint">{task.zone}</span>
        <Button type="primary" htmlType="submit">
          {say('why')}
        </Button>
      </form>
      <Answer task={task} at={asked} ask={ask} />
    </section>
  )
}

interface AnswerProps {
  readonly task: Task
  readonly at: string | null
  readonly ask: (at: string) => void
}

const Answer = ({ task, at, ask }: AnswerProps) => {
  const say = useWords(taskWords)
  const { language } = usePreferences()
  const why = useWhy(task, at)
  if (why.error !== null) return <Failed error={why.error} retry={why.refetch} />
  if (why.data === undefined) return null
  const { verdict, sentences, run, nearest } = why.data
  return (
    <div role="status">
      <p>
        <VerdictMark verdict={verdict} /> {sentences[language]}{' '}
        <CopyButton
          small
          label={say('copy')}
          done={say('copied')}
          text={() => sentences[language]}
        />
      </p>
      {run !== null && (
        <p>
          <Link to={`/runs/${run.runId}`}>{say('run')}</Link>
        </p>
      )}
      <div className="buttons">
        {(['before', 'after'] as const).map((side) => {
          const instant = nearest?.[side] ?? null
          return (
            instant !== null && (
              <Button key={side} size="small" onClick={() => ask(instant)}>
                {say(
                  side === 'before' ? 'nearestBefore' : 'nearestAfter',
                  wallOf(instant, task.zone).replace('T', ' '),
                )}
              </Button>
            )
          )
        })}
      </div>
    </div>
  )
}
