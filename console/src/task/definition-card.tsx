// What the task is, in words; what nobody has set is left out.
import { Fragment, type ReactNode } from 'react'
import { Link } from 'react-router'
import type { Definition, Task } from '../api/types.ts'
import { laidOut } from '../editor/json-text.ts'
import { editorWords, isMisfire, isOverlap } from '../editor/words.ts'
import { clockTime, duration } from '../format.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { Facts } from '../parts/facts.tsx'
import { At } from '../parts/moment.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { taskWords } from './words.ts'

type Fact = readonly [string, ReactNode]

export const DefinitionCard = ({ task }: { readonly task: Task }) => {
  const { language } = usePreferences()
  const say = useWords(taskWords)
  const sayField = useWords(editorWords)
  const { schedule, policy, dataJson, extraJson } = task.definition
  const overlap = `overlap-${policy.overlap}`
  return (
    <section className="card">
      <h2>{say('definition')}</h2>
      <Facts
        of={[
          [say('rule'), task.ruleWords[language]],
          ['', <code key="rule">{task.scheduleRule}</code>],
          [say('zone'), task.zone],
          ...bounds(schedule, sayField),
          [say('calendars'), <CalendarLinks key="calendars" of={schedule.calendars} />],
          [say('target'), <code key="target">{task.target}</code>],
          [say('payload'), <Payload key="payload" text={dataJson} />],
          ...(extraJson === null
            ? []
            : [[sayField('extraJson'), <Payload key="extra" text={extraJson} />] as const]),
          [
            say('misfire'),
            isMisfire(schedule.misfire) ? sayField(schedule.misfire) : schedule.misfire,
          ],
          [say('overlap'), isOverlap(overlap) ? sayField(overlap) : policy.overlap],
          [say('timeout'), duration(policy.timeoutMs, language)],
          [
            say('retries'),
            policy.retries.max === 0
              ? 0
              : say(
                  'retriesSay',
                  policy.retries.max,
                  duration(policy.retries.backoffMs, language),
                  policy.retries.factor,
                ),
          ],
          ...limits(policy, sayField),
          [say('priority'), task.priority],
          [say('added'), <At key="added" at={task.addedAt} />],
        ]}
      />
    </section>
  )
}

type SayField = ReturnType<typeof useWords<keyof (typeof editorWords)['en']>>

const bounds = (schedule: Definition['schedule'], say: SayField): readonly Fact[] => [
  ...(schedule.startAt === null ? [] : [[say('startAt'), clockTime(schedule.startAt)] as const]),
  ...(schedule.endAt === null ? [] : [[say('endAt'), clockTime(schedule.endAt)] as const]),
]

const limits = (policy: Definition['policy'], say: SayField): readonly Fact[] => [
  ...(policy.concurrencyMax === null
    ? []
    : [[say('concurrencyMax'), policy.concurrencyMax] as const]),
  ...(policy.ratePerSecond === null ? [] : [[say('ratePerSecond'), policy.ratePerSecond] as const]),
]

/** Laid out to be read; every digit stays. */
const Payload = ({ text }: { readonly text: string }) => {
  const say = useWords(taskWords)
  return (
    <div className="copied">
      <pre>{laidOut(text)}</pre>
      <CopyButton small label={say('copy')} done={say('copied')} text={() => text} />
    </div>
  )
}

const CalendarLinks = ({ of: names }: { readonly of: readonly string[] }) =>
  names.length === 0 ? (
    <>–</>
  ) : (
    names.map((name, n) => (
      <Fragment key={name}>
        {n > 0 && ', '}
        <Link to={`/calendars/${encodeURIComponent(name)}`}>{name}</Link>
      </Fragment>
    ))
  )
