// What became of every planned instant of a window, and why (not) at one of them? Folded from the
// task's own stream, so as fresh as the log itself.
import type { IncomingMessage } from 'node:http'
import * as E from 'fp-ts/lib/Either.js'
import type { Explanation } from '../../domain/history/explanation.ts'
import type { TaskHistory } from '../../domain/history/history.ts'
import { occurrencesIn } from '../../domain/history/occurrences.ts'
import { explain } from '../../domain/history/why.ts'
import { wordsOfExplanation } from '../../domain/history/why-words.ts'
import { Instant, instantAt } from '../../domain/instant.ts'
import { spreadOf } from '../../domain/task/occurrences.ts'
import type { TaskId } from '../../domain/task/ids.ts'
import type { ApiDeps } from '../deps.ts'
import { invalid } from '../refusals.ts'
import { question, taskIdOf } from './question.ts'
import { instant, integerBetween, needed, oneOf } from './query.ts'
import { restingOn } from './resting-on.ts'
import { readHistory } from './task-history.ts'

const dayMs = 24 * 60 * 60 * 1000

/**
 * From `from` inclusive to `to` exclusive; left out, the day before and after now, as far as the task was
 * there.
 */
export const listOccurrences = (deps: ApiDeps) =>
  question(
    deps,
    { from: instant, to: instant, cursor: instant, limit: integerBetween(1, 1_000, 100) },
    async (asked) => {
      const taskId = taskIdOf(asked)
      if (E.isLeft(taskId)) return taskId
      const now = deps.useCases.now()
      const { cursor, limit } = asked.query
      const from = asked.query.from ?? instantAt((asked.query.to ?? now) - dayMs)
      const to = asked.query.to ?? instantAt(Math.max(now, from) + dayMs)
      if (from >= to) return E.left(backwards)
      const since = instantAt(Math.max(from, (cursor ?? -Infinity) + 1))
      const end = instantAt(to - 1)
      const read = await readHistory(deps, taskId.right, { since, through: end, enough: limit })
      if (E.isLeft(read)) return read
      const { history, through } = read.right
      const addedAt = history.phases[0]?.from ?? since
      const first = asked.query.from === null ? Math.max(since, addedAt) : since
      const { occurrences, more } = occurrencesIn(
        history,
        circumstancesOf(deps, taskId.right, history, now),
        { after: instantAt(first - 1), through },
        limit,
      )
      const told = await restingOn(deps, taskId.right, occurrences)
      if (E.isLeft(told)) return told
      const last = more ? occurrences.at(-1)?.at : through < end ? through : undefined
      const zone = zoneOf(history)
      return E.right({
        occurrences: told.right.map((one) => ({
          ...explanationJson(one),
          sentences: wordsOfExplanation(one, zone),
        })),
        zone,
        next: last === undefined ? null : String(last),
      })
    },
  )

export const explainInstant = (deps: ApiDeps) =>
  question(deps, { at: needed(instant, atMissing), lang: oneOf(['en', 'zh']) }, async (asked) => {
    const taskId = taskIdOf(asked)
    if (E.isLeft(taskId)) return taskId
    const { at } = asked.query
    const read = await readHistory(deps, taskId.right, { since: at, through: at, enough: 1 })
    if (E.isLeft(read)) return read
    const { history } = read.right
    const circumstances = circumstancesOf(deps, taskId.right, history, deps.useCases.now())
    const explanation = explain(history, circumstances, at)
    if (explanation === null) return E.left({ type: 'TaskNotFound', taskId: taskId.right })
    const told = await restingOn(deps, taskId.right, [explanation])
    if (E.isLeft(told)) return told
    const whole = told.right[0] ?? explanation
    const zone = zoneOf(history)
    const { en, zh } = wordsOfExplanation(whole, zone)
    const lang = asked.query.lang ?? languageOf(asked.request)
    return E.right({
      ...explanationJson(whole),
      zone,
      lang,
      sentence: lang === 'zh' ? zh : en,
      sentences: { en, zh },
    })
  })

const backwards = invalid([
  { field: 'to', message: { en: 'expected to lie after from.', zh: '应晚于 from。' } },
])
const atMissing = { en: 'which instant? It is missing.', zh: '缺少要询问的时刻。' }

const circumstancesOf = (
  { useCases, outages }: ApiDeps,
  taskId: TaskId,
  { plans }: TaskHistory,
  now: Instant,
) => {
  const { calendars = [], jitterMs = 0 } = plans.at(-1)?.definition.schedule ?? {}
  const consulted = useCases.planningContext().calendars.consult(taskId.tenant, calendars)
  return { now, outages: outages(), spreadMs: spreadOf(taskId, jitterMs), ...consulted }
}

const zoneOf = ({ plans }: TaskHistory): string => plans.at(-1)?.definition.schedule.zone ?? 'UTC'

/** The first of the caller's languages that is one of ours; they stand in order of preference. */
const languageOf = ({ headers }: IncomingMessage): 'en' | 'zh' => {
  const wanted = (headers['accept-language'] ?? '').toLowerCase().split(',')
  const ours = wanted.map((range) => range.trim().slice(0, 2)).find((l) => l === 'en' || l === 'zh')
  return ours === 'zh' ? 'zh' : 'en'
}

const iso = (at: Instant | null): string | null => (at === null ? null : Instant.encode(at))

const explanationJson = ({ run, change, outage, nearest, ...explanation }: Explanation) => ({
  ...explanation,
  at: iso(explanation.at),
  decidedAt: iso(explanation.decidedAt),
  dueAt: iso(explanation.dueAt),
  run: run === null ? null : { ...run, decidedAt: iso(run.decidedAt) },
  change: change === null ? null : { ...change, at: iso(change.at) },
  outage: outage === null ? null : { ...outage, from: iso(outage.from), to: iso(outage.to) },
  nearest: nearest === null ? null : { before: iso(nearest.before), after: iso(nearest.after) },
})
