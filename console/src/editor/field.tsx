// A labelled control, and under it what is wrong with its value: problems find their field by name,
// whether they come from the live preview or from the answer to saving.
import { createContext, useContext, useId, type ReactNode } from 'react'
import type { FieldProblem } from '../api/types.ts'
import { usePreferences } from '../preferences.tsx'
import { cronFields } from './cron-fields.ts'
import './editor.css'

export const Problems = createContext<readonly FieldProblem[]>([])
export const ProblemsProvider = Problems.Provider

const ofSchedule: Readonly<Record<string, string>> = {
  expression: 'schedule.expression',
  zone: 'schedule.zone',
  interval: 'schedule.intervalMs',
  repeatCount: 'schedule.repeatCount',
  endAt: 'schedule.endAt',
  ...Object.fromEntries(cronFields.map((field) => [field, 'schedule.expression'])),
}
const fieldOf = ({ field }: FieldProblem): string => ofSchedule[field] ?? field

export const useProblem = (name: string): FieldProblem | undefined =>
  useContext(Problems).find((problem) => {
    const field = fieldOf(problem)
    return field === name || field.startsWith(`${name}.`)
  })

export interface Control {
  readonly id: string
  readonly status: 'error' | ''
  readonly 'aria-invalid': boolean
  readonly 'aria-describedby': string
}

interface Props {
  readonly name: string
  readonly label: string
  readonly hint?: ReactNode
  readonly wide?: boolean
  readonly children: (control: Control) => ReactNode
}

export const Field = ({ name, label, hint, wide = false, children }: Props) => {
  const { language } = usePreferences()
  const id = useId()
  const problem = useProblem(name)
  return (
    <div className={wide ? 'field wide-field' : 'field'}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        status: problem === undefined ? '' : 'error',
        'aria-invalid': problem !== undefined,
        'aria-describedby': `${id}-said`,
      })}
      <div id={`${id}-said`}>
        {problem !== undefined && (
          <div role="alert" className="wrong">
            {language === 'zh' ? problem.messageZh : problem.message}
          </div>
        )}
        {hint !== undefined && <div className="faint hint">{hint}</div>}
      </div>
    </div>
  )
}
