// What if? A pause or another rule, played over a window of the past or the future by the task's own
// rules. Nothing is stored and nothing is called.
import { Button, Input, Radio } from 'antd'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { simulate, type Supposed } from '../api/simulation.ts'
import type { Task } from '../api/types.ts'
import { ProblemsProvider } from '../editor/field.tsx'
import { MomentField } from '../editor/inputs.tsx'
import { SimulatedList } from '../editor/simulated-list.tsx'
import { ApiError } from '../api/client.ts'
import { Failed } from '../parts/states.tsx'
import { useWords } from '../preferences.tsx'
import { taskWords } from './words.ts'

const dayMs = 86_400_000
const shownMax = 50
const soon = (ms: number) => new Date(Math.ceil((Date.now() + ms) / 60_000) * 60_000).toISOString()

interface Draft {
  readonly kind: 'pause' | 'rule'
  readonly from: string | null
  readonly to: string | null
  readonly pauseFrom: string | null
  readonly pauseTo: string | null
  readonly expression: string
}

/** The body of the question; an instant that is not filled in is refused by name. */
const supposed = (draft: Draft, { definition }: Task): Supposed => {
  const window = { from: draft.from ?? '', to: draft.to ?? '' }
  if (draft.kind === 'pause')
    return { ...window, paused: { from: draft.pauseFrom ?? '', to: draft.pauseTo ?? '' } }
  const { zone, calendars } = definition.schedule
  const schedule =
    definition.schedule.type === 'cron'
      ? { ...definition.schedule, expression: draft.expression }
      : { type: 'cron', expression: draft.expression, zone, calendars }
  return { ...window, task: { ...definition, schedule } }
}

export const SimulateTab = ({ task }: { readonly task: Task }) => {
  const say = useWords(taskWords)
  const { schedule } = task.definition
  const [draft, setDraft] = useState<Draft>(() => ({
    kind: 'pause',
    from: soon(0),
    to: soon(7 * dayMs),
    pauseFrom: soon(0),
    pauseTo: soon(dayMs),
    expression: schedule.type === 'cron' ? schedule.expression : '0 0 2 * * ?',
  }))
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => simulate(task, supposed(draft, task)),
  })
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change })
  const problems = error instanceof ApiError ? error.problems : []
  return (
    <ProblemsProvider value={problems}>
      <form
        className="card stack"
        onSubmit={(event) => {
          event.preventDefault()
          mutate()
        }}
      >
        <p className="faint">{say('simulateSays')}</p>
        <Radio.Group
          aria-label={say('whatIf')}
          optionType="button"
          value={draft.kind}
          onChange={({ target }) => set({ kind: target.value === 'rule' ? 'rule' : 'pause' })}
          options={[
            { value: 'pause', label: say('ifPaused') },
            { value: 'rule', label: say('ifRule') },
          ]}
        />
        <Fields task={task} draft={draft} set={set} />
        <div className="buttons">
          <Button type="primary" htmlType="submit" loading={isPending}>
            {say('simulate')}
          </Button>
        </div>
      </form>
      {error !== null && <Failed error={error} retry={() => mutate()} />}
      {data !== undefined && (
        <section className="card" aria-live="polite" aria-label={say('result')}>
          <h2>{say('result')}</h2>
          <SimulatedList of={data} shownMax={shownMax} />
        </section>
      )}
    </ProblemsProvider>
  )
}

interface FieldsProps {
  readonly task: Task
  readonly draft: Draft
  readonly set: (change: Partial<Draft>) => void
}

const Fields = ({ task: { zone }, draft, set }: FieldsProps) => {
  const say = useWords(taskWords)
  const moment = (name: string, label: string, value: string | null, field: keyof Draft) => (
    <MomentField
      name={name}
      label={label}
      hint={zone}
      zone={zone}
      value={value}
      onChange={(at) => set({ [field]: at })}
    />
  )
  return (
    <div className="fields">
      {draft.kind === 'pause' ? (
        <>
          {moment('paused.from', say('pausedFrom'), draft.pauseFrom, 'pauseFrom')}
          {moment('paused.to', say('pausedTo'), draft.pauseTo, 'pauseTo')}
        </>
      ) : (
        <div className="field">
          <label htmlFor="what-if-rule">{say('rule')}</label>
          <Input
            id="what-if-rule"
            spellCheck={false}
            value={draft.expression}
            onChange={({ target }) => set({ expression: target.value })}
          />
        </div>
      )}
      {moment('from', say('windowFrom'), draft.from, 'from')}
      {moment('to', say('windowTo'), draft.to, 'to')}
    </div>
  )
}
