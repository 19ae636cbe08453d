// An event as one sentence, in the language chosen. Pure, so that every kind can be tested.
import { clockTime, duration } from '../format.ts'
import { wordsIn } from '../say.ts'
import type { Language } from '../words.ts'
import { texts } from '../words.ts'
import type { Entry } from '../api/activity.ts'
import { auditWords } from './words.ts'

export const sentenceOf = ({ type, detail }: Entry, language: Language): string => {
  const say = wordsIn(auditWords, language)
  const text = (name: string): string => {
    const value = detail[name]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
  const time = (name: string) => clockTime(text(name))
  switch (type) {
    case 'TaskAdded':
    case 'TaskReplaced':
      return say(type, text('rule'))
    case 'TaskPaused':
      return text('until') === '' ? say(type) : say('TaskPausedUntil', time('until'))
    case 'TaskTriggered': {
      const cause = wordOf(text('cause'), language)
      return text('scheduledFor') === ''
        ? say(type, cause)
        : say('TaskTriggeredFor', cause, time('scheduledFor'))
    }
    case 'OccurrencesSkipped': {
      const count = `${text('count')}${detail['countExact'] === false ? '+' : ''}`
      return say(type, count, wordOf(text('verdict'), language))
    }
    case 'RecallSucceeded': {
      const ms = detail['durationMs']
      return typeof ms === 'number'
        ? say('RecallSucceededIn', text('attempt'), duration(ms, language))
        : say(type, text('attempt'))
    }
    case 'RecallTested':
      return text('reason') === ''
        ? say(type, text('target'), wordOf(text('outcome'), language))
        : say('RecallTestedWhy', text('target'), wordOf(text('outcome'), language), text('reason'))
    case 'RecallFailed':
      return say(type, text('attempt'), text('reason'))
    default:
      return isNamed(type, language) ? say(type, text('attempt')) : type
  }
}

type Named = keyof (typeof auditWords)['en']
const isNamed = (word: string, language: Language): word is Named =>
  Object.hasOwn(auditWords[language], word)

const wordOf = (word: string, language: Language): string => {
  if (isNamed(word, language)) return auditWords[language][word]
  const shared: Readonly<Record<string, string>> = texts[language]
  return shared[word] ?? word
}
