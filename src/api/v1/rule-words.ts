// A listed task's rule in words. The list has the rule as text only: a cron expression, or an
// ISO-8601 repeating interval, `R5/PT30S`, that the read model wrote.
import * as E from 'fp-ts/lib/Either.js'
import { compileCron } from '../../domain/schedule/timetable.ts'
import { cronWords } from '../../domain/schedule/words-cron.ts'
import { intervalWords } from '../../domain/schedule/words.ts'
import type { TaskSummary } from '../../projections/views.ts'
import type { Words } from '../refusals.ts'

const known = new Map<string, Words>()
const knownMax = 10_000

export const ruleWords = ({
  scheduleKind,
  scheduleRule,
}: Pick<TaskSummary, 'scheduleKind' | 'scheduleRule'>): Words => {
  const name = `${scheduleKind} ${scheduleRule}`
  const found = known.get(name)
  if (found !== undefined) return found
  const made = wordsOf(scheduleKind, scheduleRule)
  if (known.size >= knownMax) known.clear()
  known.set(name, made)
  return made
}

const wordsOf = (scheduleKind: TaskSummary['scheduleKind'], scheduleRule: string): Words =>
  (scheduleKind === 'cron' ? ofCron(scheduleRule) : ofInterval(scheduleRule)) ?? {
    en: scheduleRule,
    zh: scheduleRule,
  }

/** Quartz has six or seven fields, the Unix dialect five. */
const ofCron = (expression: string): Words | null => {
  const dialect = expression.trim().split(/\s+/).length === 5 ? 'unix' : 'quartz'
  const cron = compileCron(dialect, expression)
  return E.isLeft(cron) ? null : cronWords(cron.right)
}

const ofInterval = (rule: string): Words | null => {
  const parts = /^R(\d*)\/PT([\d.]+)S$/.exec(rule)
  if (parts === null) return null
  const repeats = parts[1] === '' ? null : Number(parts[1])
  if (repeats === 0) return { en: 'once', zh: '一次' }
  const every = intervalWords(Math.round(Number(parts[2]) * 1_000))
  return repeats === null
    ? every
    : { en: `${every.en}, ${repeats + 1} times`, zh: `${every.zh}，共 ${repeats + 1} 次` }
}
