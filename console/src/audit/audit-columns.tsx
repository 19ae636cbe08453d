// The columns of the list of everything that happened.
import { Link } from 'react-router'
import { taskPath, type Key } from '../api/client.ts'
import type { Column } from '../list/long-table.tsx'
import { At } from '../parts/moment.tsx'
import { wordsIn } from '../say.ts'
import type { Language } from '../words.ts'
import type { Entry } from '../api/activity.ts'
import { EventMark } from './event-mark.tsx'
import { sentenceOf } from './sentence.ts'
import { auditWords } from './words.ts'

/** A call that was tried belongs to none. */
const isOfTask = (entry: Entry): entry is Entry & Key => entry.group !== null && entry.job !== null

export const hiddenAtFirst = ['position']

interface Doings {
  readonly language: Language
  readonly onOpen: (entry: Entry) => void
  readonly onActor: (actor: string) => void
}

export const auditColumns = (doings: Doings): readonly Column<Entry>[] => {
  const { language, onOpen, onActor } = doings
  const say = wordsIn(auditWords, language)
  return [
    {
      id: 'when',
      title: say('when'),
      className: 'number w-time',
      cell: ({ at }) => <At at={at} />,
    },
    {
      id: 'what',
      title: say('what'),
      cell: (entry) =>
        isOfTask(entry) ? (
          <button
            type="button"
            className="link"
            data-open
            title={`${entry.type}: ${sentenceOf(entry, language)}`}
            onClick={() => onOpen(entry)}
          >
            <EventMark type={entry.type} /> {sentenceOf(entry, language)}
          </button>
        ) : (
          <span title={`${entry.type}: ${sentenceOf(entry, language)}`}>
            <EventMark type={entry.type} /> {sentenceOf(entry, language)}
          </span>
        ),
    },
    {
      id: 'job',
      title: say('job'),
      className: 'w-task',
      cell: (entry) =>
        isOfTask(entry) && (
          <>
            <Link to={taskPath(entry)}>{entry.job}</Link>
            <div className="faint">{entry.group}</div>
          </>
        ),
    },
    {
      id: 'who',
      title: say('who'),
      className: 'roomy w-state',
      cell: ({ actor, source }) => (
        <>
          {actor !== null && (
            <button
              type="button"
              className="link"
              title={say('onlyActor', actor)}
              onClick={() => onActor(actor)}
            >
              {actor}
            </button>
          )}
          <div className="faint">{sourceWord(source, language)}</div>
        </>
      ),
    },
    {
      id: 'why',
      title: say('why'),
      className: 'roomy w-why',
      cell: ({ reason }) => <div title={reason ?? ''}>{reason}</div>,
    },
    {
      id: 'position',
      title: say('position'),
      className: 'roomy number w-time',
      cell: ({ position }) => <code title={position}>{position}</code>,
    },
  ]
}

export const sources = ['api', 'console', 'scheduler', 'recall', 'import'] as const

export const sourceWord = (source: string | null, language: Language): string => {
  const known = sources.find((one) => one === source)
  return known === undefined ? (source ?? '') : auditWords[language][known]
}
