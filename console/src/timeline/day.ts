// A day as it was decided and as it is planned, asked in pages up to a limit that is said.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import * as t from 'io-ts'
import { get } from '../api/client.ts'
import { AsOf, nullable } from '../api/types.ts'
import { every } from '../api/live.ts'

const Verdict = t.type({
  group: t.string,
  job: t.string,
  verdict: t.string,
  decidedAt: t.string,
  first: nullable(t.string),
  count: t.number,
  runId: nullable(t.string),
  outcome: nullable(t.string),
})
export type Verdict = t.TypeOf<typeof Verdict>
const Ledger = t.intersection([
  t.type({ verdicts: t.array(Verdict), next: nullable(t.string) }),
  AsOf,
])
const Fire = t.type({ at: t.string, group: t.string, job: t.string })
export type Fire = t.TypeOf<typeof Fire>
const Agenda = t.type({ fires: t.array(Fire), next: nullable(t.string) })

export interface Day {
  readonly verdicts: readonly Verdict[]
  readonly fires: readonly Fire[]
  /** There is more than is shown. */
  readonly partly: boolean
}

const pageRows = 1_000
const pagesMax = 4

export const useDay = (from: Date, to: Date) =>
  useQuery({
    queryKey: ['day', from.getTime()],
    refetchInterval: every(10_000),
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<Day> => {
      const [past, future] = await Promise.all([ledgerOf(from, to, signal), agendaOf(to, signal)])
      const fires = future.fires.filter(({ at }) => Date.parse(at) >= from.getTime())
      const partly = past.next !== null || future.next !== null
      return { verdicts: past.verdicts, fires, partly }
    },
  })

const ledgerOf = async (from: Date, to: Date, signal: AbortSignal) => {
  const verdicts: Verdict[] = []
  let next: string | null = null
  const window = { from: from.toISOString(), to: to.toISOString(), limit: String(pageRows) }
  for (let page = 0; page < pagesMax; page += 1) {
    const cursor: Record<string, string> = next === null ? {} : { cursor: next }
    const query = new URLSearchParams({ ...window, ...cursor })
    const answer: t.TypeOf<typeof Ledger> = await get(`/ledger?${query}`, Ledger, signal)
    verdicts.push(...answer.verdicts)
    next = answer.next
    if (next === null) break
  }
  return { verdicts, next }
}

/** What is planned from now to the end of the day; of a past day, nothing. */
const agendaOf = async (to: Date, signal: AbortSignal): Promise<t.TypeOf<typeof Agenda>> => {
  if (to.getTime() <= Date.now()) return { fires: [], next: null }
  const query = new URLSearchParams({ to: to.toISOString(), limit: String(pageRows) })
  return get(`/agenda?${query}`, Agenda, signal)
}
