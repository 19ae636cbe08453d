// The raw log of the task, newest first: what everything else is derived from. It can be copied.
import { Button, Select } from 'antd'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { get, taskPath } from '../api/client.ts'
import { Events, type Task } from '../api/types.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { EventList } from '../parts/events.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { useWords } from '../preferences.tsx'
import { taskWords } from './words.ts'

const step = 200
const shownMax = 1_000

export const EventsTab = ({ task }: { readonly task: Task }) => {
  const say = useWords(taskWords)
  const [count, setCount] = useState(step)
  const [types, setTypes] = useState<readonly string[]>([])
  const from = Math.max(0, task.revision - count + 1)
  const asked = useQuery({
    queryKey: ['newest events', task.group, task.job, from],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      get(`${taskPath(task)}/events?cursor=${from}&limit=${shownMax}`, Events, signal),
  })
  if (asked.isPending) return <Loading />
  if (asked.data === undefined) return <Failed error={asked.error} retry={asked.refetch} />
  const { events } = asked.data
  const shown = events.filter(({ type }) => types.length === 0 || types.includes(type))
  const known = [...new Set(events.map(({ type }) => type))].sort()
  return (
    <section className="card">
      <div className="bar">
        <Select
          mode="multiple"
          className="types"
          aria-label={say('eventTypes')}
          placeholder={say('everyType')}
          value={[...types]}
          onChange={setTypes}
          options={known.map((value) => ({ value, label: value }))}
        />
        <CopyButton
          label={say('copyAll')}
          done={say('copied')}
          text={() => JSON.stringify(shown, null, 2)}
        />
      </div>
      <EventList events={shown} />
      {from > 0 &&
        (count < shownMax ? (
          <div className="more">
            <Button onClick={() => setCount(count + step)}>{say('older')}</Button>
          </div>
        ) : (
          <p className="faint">{say('newestOnly', shownMax)}</p>
        ))}
    </section>
  )
}
