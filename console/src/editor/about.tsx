// What the task is called, and what people should know about it.
import { AutoComplete, Input } from 'antd'
import { useGroups } from '../api/questions.ts'
import { useWords } from '../preferences.tsx'
import type { Draft } from './draft.ts'
import { Field } from './field.tsx'
import { CountField } from './inputs.tsx'
import { jsonProblem } from './json-text.ts'
import { editorWords } from './words.ts'

interface Props {
  readonly draft: Draft
  readonly set: (change: Partial<Draft>) => void
}

/** A task's key never changes: it names its history. */
export const KeyFields = ({ draft: { group, job }, set }: Props) => {
  const say = useWords(editorWords)
  const groups = useGroups().data?.groups ?? []
  return (
    <>
      <Field name="group" label={say('group')}>
        {(control) => (
          <AutoComplete
            {...control}
            value={group}
            onChange={(text: string) => set({ group: text })}
            options={groups
              .filter((one) => one.group.toLowerCase().includes(group.toLowerCase()))
              .map((one) => ({ value: one.group }))}
          />
        )}
      </Field>
      <Field name="job" label={say('job')} hint={say('keyHint')}>
        {(control) => (
          <Input
            {...control}
            spellCheck={false}
            value={job}
            onChange={({ target }) => set({ job: target.value })}
          />
        )}
      </Field>
    </>
  )
}

export const About = ({ draft, set }: Props) => {
  const { name, description, priority, retentionDays } = draft
  const say = useWords(editorWords)
  return (
    <>
      <Field name="name" label={say('name')}>
        {(control) => (
          <Input
            {...control}
            maxLength={200}
            value={name}
            onChange={({ target }) => set({ name: target.value })}
          />
        )}
      </Field>
      <CountField
        name="priority"
        label={say('priority')}
        hint={say('priorityHint')}
        value={priority}
        onChange={(next) => set({ priority: next })}
      />
      <CountField
        name="retentionDays"
        label={say('retention')}
        hint={say('retentionHint')}
        placeholder={say('retentionDefault')}
        min={1}
        value={retentionDays}
        onChange={(next) => set({ retentionDays: next })}
      />
      <Field name="description" label={say('description')} wide>
        {(control) => (
          <Input.TextArea
            {...control}
            rows={2}
            maxLength={2_000}
            value={description}
            onChange={({ target }) => set({ description: target.value })}
          />
        )}
      </Field>
    </>
  )
}

/** Fields a caller sent that the service does not know, kept for it. */
export const Extra = ({ draft: { extraJson }, set }: Props) => {
  const say = useWords(editorWords)
  return (
    <Field name="extraJson" label={say('extra')} hint={say('extraHint')}>
      {(control) => (
        <Input.TextArea
          {...control}
          {...(jsonProblem(extraJson) === null ? {} : { status: 'error' as const })}
          className="code"
          spellCheck={false}
          rows={3}
          value={extraJson}
          onChange={({ target }) => set({ extraJson: target.value })}
        />
      )}
    </Field>
  )
}
