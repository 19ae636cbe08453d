// What a command will do, in numbers, before it is given: runs that will finish, fires that will not
// happen, what a resume makes up for.
import { useQuery } from '@tanstack/react-query'
import * as t from 'io-ts'
import { get, taskPath, type Key, type Verb } from '../api/client.ts'
import { Load } from '../api/figures.ts'
import { Task } from '../api/types.ts'
import { clockTime, counted } from '../format.ts'
import { usePreferences, useWords } from '../preferences.tsx'
import { commandWords } from './command-words.ts'

/** Of more tasks it is not counted. */
const countedMax = 20
const day = { step: 'hour' } as const

const ResumePreview = t.type({
  fires: t.array(t.unknown),
  skipped: t.array(t.type({ count: t.number })),
  next: t.union([t.string, t.null]),
})

const total = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0)

/** Runs in progress, and fires of the next 24 hours. */
const ahead = async (key: Key) => {
  const query = new URLSearchParams({ ...day, group: key.group, job: key.job })
  const [task, load] = await Promise.all([
    get(taskPath(key), Task),
    get(`/agenda/load?${query}`, Load),
  ])
  return {
    running: task.counts?.running ?? 0,
    fires: total(load.buckets.map(({ count }) => count)),
  }
}

const useAhead = (keys: readonly Key[], enabled: boolean) =>
  useQuery({
    queryKey: ['ahead', keys.map(({ group, job }) => [group, job])],
    enabled: enabled && keys.length <= countedMax,
    staleTime: 2_000,
    queryFn: async () => {
      const found = await Promise.all(keys.map(ahead))
      return {
        running: total(found.map(({ running }) => running)),
        fires: total(found.map(({ fires }) => fires)),
      }
    },
  })

const useResumed = (keys: readonly Key[], enabled: boolean) =>
  useQuery({
    queryKey: ['resumed', keys.map(({ group, job }) => [group, job])],
    enabled: enabled && keys.length <= countedMax,
    staleTime: 2_000,
    queryFn: async () => {
      const previews = await Promise.all(
        keys.map((key) => get(`${taskPath(key)}/resume-preview`, ResumePreview)),
      )
      const next = previews.flatMap((one) => (one.next === null ? [] : [one.next])).sort()[0]
      return {
        fires: total(previews.map(({ fires }) => fires.length)),
        skipped: total(previews.flatMap(({ skipped }) => skipped.map(({ count }) => count))),
        next: next ?? null,
      }
    },
  })

interface Props {
  readonly verb: Verb
  readonly keys: readonly Key[]
}

export const Consequences = ({ verb, keys }: Props) => {
  const { language } = usePreferences()
  const say = useWords(commandWords)
  const stops = verb === 'pause' || verb === 'delete'
  const { data: stopped } = useAhead(keys, stops)
  const { data: resumed } = useResumed(keys, verb === 'resume')
  const number = (count: number) => counted(count, language)
  if (keys.length > countedMax || verb === 'trigger') return null
  if (stops)
    return (
      <p className="consequences" role="status">
        {stopped === undefined
          ? say('counting')
          : `${say(formOf('runs', stopped.running), number(stopped.running))}${say('semicolon')}${say(formOf('fires', stopped.fires), number(stopped.fires))}`}
      </p>
    )
  return (
    <p className="consequences" role="status">
      {resumed === undefined
        ? say('counting')
        : `${say(formOf('madeUp', resumed.fires), number(resumed.fires))}${say('semicolon')}${say(formOf('leftOut', resumed.skipped), number(resumed.skipped))}${resumed.next === null ? '' : `${say('semicolon')}${say('goesOn', clockTime(resumed.next))}`}`}
    </p>
  )
}

type Form<N extends string> = `${N}-none` | `${N}-one` | `${N}-many`
const formOf = <N extends string>(name: N, count: number): Form<N> =>
  count === 0 ? `${name}-none` : count === 1 ? `${name}-one` : `${name}-many`
