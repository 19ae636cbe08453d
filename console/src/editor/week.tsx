// What a change of the schedule does to the coming week: which planned instants come, which go.
import { useQuery } from '@tanstack/react-query'
import { post } from '../api/client.ts'
import { Preview } from '../api/types.ts'
import { clockTime } from '../format.ts'
import { useWords } from '../preferences.tsx'
import { editorWords } from './words.ts'

const weekMs = 7 * 86_400_000
const countMax = 1_000
const shownMax = 5

interface Props {
  readonly before: object
  readonly after: object
}

const firesOfWeek = async (schedule: object, fromMs: number) => {
  const window = { from: new Date(fromMs), to: new Date(fromMs + weekMs), count: countMax }
  const { fires, more } = await post('/preview', { schedule, ...window }, Preview)
  return { more, at: fires.filter((one) => one.excludedBy.length === 0).map((one) => one.at) }
}

export const Week = ({ before, after }: Props) => {
  const say = useWords(editorWords)
  const { data } = useQuery({
    queryKey: ['week', before, after],
    staleTime: Infinity,
    queryFn: async () => {
      const nowMs = Date.now()
      const [old, next] = await Promise.all([firesOfWeek(before, nowMs), firesOfWeek(after, nowMs)])
      // Beyond the first that was cut short there is nothing to compare with.
      const cuts = [old, next].flatMap(({ more, at }) => (more ? at.slice(-1) : []))
      const until = cuts.length === 0 ? null : cuts.reduce((a, b) => (a < b ? a : b))
      const within = (at: string) => until === null || at <= until
      const [had, has] = [new Set(old.at), new Set(next.at)]
      return {
        until,
        added: next.at.filter((at) => within(at) && !had.has(at)),
        removed: old.at.filter((at) => within(at) && !has.has(at)),
        kept: next.at.filter((at) => within(at) && had.has(at)).length,
      }
    },
  })
  if (data === undefined) return null
  const { added, removed, kept, until } = data
  return (
    <section aria-label={say('comingWeek')}>
      <h3>{say('comingWeek')}</h3>
      <p>{say('weekCounts', added.length, removed.length, kept)}</p>
      {until !== null && <p className="faint">{say('weekPart', clockTime(until))}</p>}
      <Some word="comes" of={added} />
      <Some word="goes" of={removed} />
    </section>
  )
}

const Some = ({ word, of: list }: { word: 'comes' | 'goes'; of: readonly string[] }) => {
  const say = useWords(editorWords)
  if (list.length === 0) return null
  return (
    <p className="number wrapping">
      <span className={word === 'comes' ? 'mark good' : 'mark bad'}>{say(word)}</span>{' '}
      {list.slice(0, shownMax).map(clockTime).join(' · ')}
      {list.length > shownMax && ' …'}
    </p>
  )
}
