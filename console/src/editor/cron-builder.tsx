// A cron expression as its seven fields in words and as the text itself; both show the same thing,
// and a problem shows at which character.
import { AutoComplete, Button, Input, Select } from 'antd'
import { useState } from 'react'
import { usePreferences, useWords } from '../preferences.tsx'
import {
  commonRules,
  cronFields,
  fieldWords,
  partsOf,
  suggestions,
  withPart,
  type CronField,
} from './cron-fields.ts'
import type { Draft } from './draft.ts'
import { Field, useProblem } from './field.tsx'
import { editorWords } from './words.ts'

interface Props {
  readonly draft: Draft
  readonly set: (change: Partial<Draft>) => void
}

export const CronBuilder = ({ draft, set }: Props) => {
  const say = useWords(editorWords)
  const { expression, dialect } = draft
  const parts = partsOf(expression)
  const wrong = useProblem('schedule.expression')
  const change = (next: string) => set({ expression: next })
  return (
    <>
      {dialect === 'quartz' && (
        <>
          <div className="chips" role="group" aria-label={say('commonRules')}>
            {commonRules.map((rule) => (
              <Button
                key={rule.word}
                size="small"
                type={rule.expression === expression ? 'primary' : 'default'}
                onClick={() => change(rule.expression)}
              >
                {say(rule.word)}
              </Button>
            ))}
          </div>
          <div className="cron-fields" role="group" aria-label={say('cronFields')}>
            {cronFields.map((field, i) => (
              <PartInput
                key={field}
                field={field}
                value={parts[i] ?? ''}
                isWrong={wrong?.field === field}
                onChange={(text) => change(withPart(expression, field, text))}
              />
            ))}
          </div>
        </>
      )}
      <Field name="schedule.expression" label={say('expression')} hint={say('expressionHint')}>
        {(control) => (
          <div className="expression">
            <Input
              {...control}
              spellCheck={false}
              autoComplete="off"
              value={expression}
              onChange={({ target }) => change(target.value)}
            />
            <Select
              aria-label={say('dialect')}
              value={dialect}
              onChange={(next) => set({ dialect: next })}
              options={[
                { value: 'quartz', label: 'Quartz' },
                { value: 'unix', label: 'Unix' },
              ]}
            />
          </div>
        )}
      </Field>
      {typeof wrong?.position === 'number' && (
        <Pointed text={expression} position={wrong.position} />
      )}
    </>
  )
}

/** The text with its wrong character marked; one past the end stands for what is missing. */
const Pointed = ({ text, position }: { readonly text: string; readonly position: number }) => (
  <pre className="pointed">
    {text.slice(0, position)}
    <mark>{text.slice(position, position + 1) || '␣'}</mark>
    {text.slice(position + 1)}
  </pre>
)

interface PartProps {
  readonly field: CronField
  readonly value: string
  readonly isWrong: boolean
  readonly onChange: (text: string) => void
}

const PartInput = ({ field, value, isWrong, onChange }: PartProps) => {
  const say = useWords(editorWords)
  const { language } = usePreferences()
  // What is being typed may be nothing for a moment, which an expression cannot hold.
  const [typed, setTyped] = useState<string | null>(null)
  const words = fieldWords(field, value, language)
  return (
    <div className="cron-field">
      <span aria-hidden>{say(field)}</span>
      <AutoComplete
        aria-label={say(field)}
        status={isWrong ? 'error' : ''}
        popupMatchSelectWidth={230}
        value={typed ?? value}
        onChange={(text: string) => {
          const one = text.replaceAll(/\s/g, '')
          const isEmpty = one === '' && field !== 'year'
          setTyped(isEmpty ? '' : null)
          if (!isEmpty) onChange(one)
        }}
        onBlur={() => setTyped(null)}
        options={suggestions[field].map((text) => ({
          value: text,
          label: (
            <span className="suggestion">
              <code>{text}</code> {fieldWords(field, text, language)}
            </span>
          ),
        }))}
      />
      <span className="faint" title={words}>
        {words}
      </span>
    </div>
  )
}
