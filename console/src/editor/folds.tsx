// What most tasks leave as it is, folded, with what holds in the title. A fold with a problem inside
// is open.
import { useContext, useState, type ReactNode } from 'react'
import { duration } from '../format.ts'
import { usePreferences, useWords } from '../preferences.tsx'
import { Extra } from './about.tsx'
import type { Draft } from './draft.ts'
import { Problems } from './field.tsx'
import { Limits, Retries } from './trouble.tsx'
import { Misses } from './when.tsx'
import { editorWords, isMisfire, isOverlap } from './words.ts'

interface Props {
  readonly draft: Draft
  readonly set: (change: Partial<Draft>) => void
}

export const Folds = ({ draft, set }: Props) => {
  const say = useWords(editorWords)
  const { language } = usePreferences()
  const { policy, retries, kind, cronMisfire, simpleMisfire, extraJson } = draft
  const misfire = kind === 'cron' ? cronMisfire : simpleMisfire
  const overlap = `overlap-${policy.overlap}`
  const limits = [
    isOverlap(overlap) ? say(overlap) : overlap,
    `${say('timeout')} ${duration(policy.timeoutMs, language)}`,
  ]
  const misses = [
    `${say('misfire')}: ${isMisfire(misfire) ? say(misfire) : misfire}`,
    `${say('catchUpMax')}: ${draft.catchUpMax ?? '–'}`,
  ]
  return (
    <>
      <Fold
        title={say('foldLimits')}
        said={limits.join(' · ')}
        holds={(field) => field.startsWith('policy.') && !field.startsWith('policy.retries')}
      >
        <Limits draft={draft} set={set} />
      </Fold>
      <Fold
        title={say('foldRetries')}
        said={retries.max === 0 ? say('retriesNone') : String(retries.max)}
        holds={(field) => field.startsWith('policy.retries')}
      >
        <Retries draft={draft} set={set} />
      </Fold>
      <Fold
        title={say('foldMisses')}
        said={misses.join(' · ')}
        holds={(field) => /^schedule\.(misfire|catchUp|jitter|gap|overlap)/.test(field)}
      >
        <Misses draft={draft} set={set} />
      </Fold>
      <Fold
        title={say('foldExtra')}
        said={say(extraJson === '' ? 'extraNone' : 'extraSome')}
        holds={(field) => field === 'extraJson'}
      >
        <Extra draft={draft} set={set} />
      </Fold>
    </>
  )
}

interface FoldProps {
  readonly title: string
  readonly said: string
  /** Whether a field of this name lies inside. */
  readonly holds: (field: string) => boolean
  readonly children: ReactNode
}

const Fold = ({ title, said, holds, children }: FoldProps) => {
  const problems = useContext(Problems)
  const [isOpen, setOpen] = useState(false)
  const open = isOpen || problems.some(({ field }) => holds(field))
  return (
    <details
      className="card fold"
      open={open}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>
        <strong>{title}</strong> <span className="faint">{said}</span>
      </summary>
      {children}
    </details>
  )
}
