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

type LedgerPage = t.TypeOf<typeof Ledger>

/** The newest page is shown while the others are on their way, unless there is something to show. */
export const useDay = (from: Date, to: Date) =>
  useQuery({
    queryKey: ['day', from.getTime()],
    refetchInterval: every(10_000),
    placeholderData: keepPreviousData,
    queryFn: async ({ signal, client, queryKey }): Promise<Day> => {
      const [newest, agenda] = await Promise.all([
        ledgerPage(from, to, null, signal),
        agendaOf(to, signal),
      ])
      const fires = agenda.fires.filter(({ at }) => Date.parse(at) >= from.getTime())
      const dayOf = (verdicts: readonly Verdict[], next: string | null): Day => {
        const partly = next !== null || agenda.next !== null
        return { verdicts, fires, partly }
      }
      if (client.getQueryData(queryKey) === undefined)
        client.setQueryData(queryKey, dayOf(newest.verdicts, newest.next))
      const verdicts = [...newest.verdicts]
      let { next } = newest
      for (let page = 1; page < pagesMax && next !== null; page += 1) {
        const answer = await ledgerPage(from, to, next, signal)
        verdicts.push(...answer.verdicts)
        next = answer.next
      }
      return dayOf(verdicts, next)
    },
  })

const ledgerPage = (
  from: Date,
  to: Date,
  next: string | null,
  signal: AbortSignal,
): Promise<LedgerPage> => {
  const window = { from: from.toISOString(), to: to.toISOString(), limit: String(pageRows) }
  const cursor: Record<string, string> = next === null ? {} : { cursor: next }
  return get(`/ledger?${new URLSearchParams({ ...window, ...cursor })}`, Ledger, signal)
}

/** What is planned from now to the end of the day; of a past day, nothing. */
const agendaOf = async (to: Date, signal: AbortSignal): Promise<t.TypeOf<typeof Agenda>> => {
  if (to.getTime() <= Date.now()) return { fires: [], next: null }
  const query = new URLSearchParams({ to: to.toISOString(), limit: String(pageRows) })
  return get(`/agenda?${query}`, Agenda, signal)
}
