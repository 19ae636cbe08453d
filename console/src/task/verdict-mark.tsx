// A verdict as icon, colour and word.
import {
  CheckCircleFilled,
  ClockCircleFilled,
  MinusCircleFilled,
  PauseCircleFilled,
  QuestionCircleFilled,
} from '@ant-design/icons'
import { useWords } from '../preferences.tsx'
import type { Verdict } from './explanations.ts'
import { taskWords } from './words.ts'

const markOf = (verdict: Verdict) => {
  switch (verdict) {
    case 'fired':
      return ['good', CheckCircleFilled] as const
    case 'paused':
      return ['still', PauseCircleFilled] as const
    case 'planned':
      return ['busy', ClockCircleFilled] as const
    case 'undecided':
      return ['busy', QuestionCircleFilled] as const
    case 'misfired':
    case 'overlapping':
    case 'catch-up-limit':
    case 'expired':
      return ['late', MinusCircleFilled] as const
    case 'replaced':
    case 'deleted':
    case 'calendar':
    case 'not-added':
    case 'not-on-schedule':
    case 'ended':
      return ['still', MinusCircleFilled] as const
  }
}

export const VerdictMark = ({ verdict }: { readonly verdict: Verdict }) => {
  const say = useWords(taskWords)
  const [tone, Icon] = markOf(verdict)
  return (
    <span className={`mark ${tone}`}>
      <Icon aria-hidden /> {say(verdict)}
    </span>
  )
}
