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
import type { TaskId } from '../../domain/task/ids.ts'
import type { ApiDeps } from '../deps.ts'
import { invalid } from '../refusals.ts'
import { question, taskIdOf } from './question.ts'
import { instant, integerBetween, oneOf } from './query.ts'
import { readHistory } from './task-history.ts'

const dayMs = 24 * 60 * 60 * 1000

/** From `from` inclusive to `to` exclusive; left out, the day before and after now. */
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
      const history = await readHistory(deps, taskId.right, from)
      if (E.isLeft(history)) return history
      const { occurrences, more } = occurrencesIn(
        history.right,
        circumstancesOf(deps, taskId.right, history.right, now),
        { after: instantAt(Math.max(from - 1, cursor ?? -Infinity)), through: instantAt(to - 1) },
        limit,
      )
      const last = occurrences.at(-1)
      const zone = zoneOf(history.right)
      return E.right({
        occurrences: occurrences.map((one) => ({
          ...explanationJson(one),
          sentences: wordsOfExplanation(one, zone),
        })),
        zone,
        next: more && last !== undefined ? String(last.at) : null,
      })
    },
  )

export const explainInstant = (deps: ApiDeps) =>
  question(deps, { at: instant, lang: oneOf(['en', 'zh']) }, async (asked) => {
    const taskId = taskIdOf(asked)
    if (E.isLeft(taskId)) return taskId
    const { at } = asked.query
    if (at === null) return E.left(atMissing)
    const history = await readHistory(deps, taskId.right, at)
    if (E.isLeft(history)) return history
    const circumstances = circumstancesOf(deps, taskId.right, history.right, deps.useCases.now())
    const explanation = explain(history.right, circumstances, at)
    if (explanation === null) return E.left({ type: 'TaskNotFound', taskId: taskId.right })
    const zone = zoneOf(history.right)
    const { en, zh } = wordsOfExplanation(explanation, zone)
    const lang = asked.query.lang ?? languageOf(asked.request)
    return E.right({
      ...explanationJson(explanation),
      zone,
      lang,
      sentence: lang === 'zh' ? zh : en,
      sentences: { en, zh },
    })
  })

const backwards = invalid([
  { field: 'to', message: { en: 'expected to lie after from.', zh: '应晚于 from。' } },
])
const atMissing = invalid([
  { field: 'at', message: { en: 'which instant? It is missing.', zh: '缺少要询问的时刻。' } },
])

const circumstancesOf = (
  { useCases }: ApiDeps,
  { tenant }: TaskId,
  { plans }: TaskHistory,
  now: Instant,
) => {
  const names = plans.at(-1)?.definition.schedule.calendars ?? []
  return { now, ...useCases.planningContext().calendars.consult(tenant, names) }
}

const zoneOf = ({ plans }: TaskHistory): string => plans.at(-1)?.definition.schedule.zone ?? 'UTC'

/** The first of the caller's languages that is one of ours; they stand in order of preference. */
const languageOf = ({ headers }: IncomingMessage): 'en' | 'zh' => {
  const wanted = (headers['accept-language'] ?? '').toLowerCase().split(',')
  const ours = wanted.map((range) => range.trim().slice(0, 2)).find((l) => l === 'en' || l === 'zh')
  return ours === 'zh' ? 'zh' : 'en'
}

const iso = (at: Instant | null): string | null => (at === null ? null : Instant.encode(at))

const explanationJson = ({ run, change, nearest, ...explanation }: Explanation) => ({
  ...explanation,
  at: iso(explanation.at),
  decidedAt: iso(explanation.decidedAt),
  run: run === null ? null : { ...run, decidedAt: iso(run.decidedAt) },
  change: change === null ? null : { ...change, at: iso(change.at) },
  nearest: nearest === null ? null : { before: iso(nearest.before), after: iso(nearest.after) },
})
