// What a change of a task does to the coming week, decided by the task's own rules.
import { useQuery } from '@tanstack/react-query'
import type { Key } from '../api/client.ts'
import { simulate } from '../api/simulation.ts'
import { Failed } from '../parts/states.tsx'
import { useWords } from '../preferences.tsx'
import { SimulatedList } from './simulated-list.tsx'
import { editorWords } from './words.ts'

const weekMs = 7 * 86_400_000
const shownMax = 5

interface Props {
  readonly task: Key
  /** The definition it would have. */
  readonly after: object
}

export const Week = ({ task, after }: Props) => {
  const say = useWords(editorWords)
  const { data, error, refetch } = useQuery({
    queryKey: ['week', task.group, task.job, after],
    staleTime: Infinity,
    queryFn: () => {
      const nowMs = Date.now()
      const [from, to] = [new Date(nowMs), new Date(nowMs + weekMs)]
      return simulate(task, { from: from.toISOString(), to: to.toISOString(), task: after })
    },
  })
  if (error !== null) return <Failed error={error} retry={refetch} />
  if (data === undefined) return null
  return (
    <section aria-label={say('comingWeek')}>
      <h3>{say('comingWeek')}</h3>
      <SimulatedList of={data} shownMax={shownMax} />
    </section>
  )
}
