// The form itself: what is written, what is wrong with it, and saving it. A new task is added at once;
// a replace is looked at first, field by field, and asked for its reason.
import { Alert, Button } from 'antd'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { ApiError, taskPath } from '../api/client.ts'
import type { Task } from '../api/types.ts'
import { usePreferences, useWords } from '../preferences.tsx'
import { About, KeyFields } from './about.tsx'
import { Conflict } from './conflict.tsx'
import { differences } from './differences.ts'
import { bodyOf, scheduleOf, type Draft } from './draft.ts'
import { ProblemsProvider } from './field.tsx'
import { Folds } from './folds.tsx'
import { NextFires, useLivePreview } from './next-fires.tsx'
import { Review } from './review.tsx'
import { TestCall } from './test-call.tsx'
import { Unsaved } from './unsaved.tsx'
import { useForm } from './use-form.ts'
import { When } from './when.tsx'
import { Whom } from './whom.tsx'
import { editorWords } from './words.ts'

interface Props {
  readonly title: string
  readonly start: Draft
  /** The task that is edited; null for a new one. */
  readonly task: Task | null
}

export const Editor = ({ title, start, task }: Props) => {
  const say = useWords(editorWords)
  const form = useForm(start, task)
  const { draft, set, base, problems, conflict, reviewing } = form
  const preview = useLivePreview(scheduleOf(draft))
  const live = preview.error instanceof ApiError ? preview.error.problems : []
  const changes = base === null ? [] : differences(base.definition, bodyOf(draft))
  return (
    <ProblemsProvider value={[...problems, ...live]}>
      <Unsaved isDirty={form.isDirty} />
      <h1>{title}</h1>
      {conflict !== null && base !== null && (
        <Conflict base={base} theirs={conflict} onKeep={form.keepMine} onDrop={form.dropMine} />
      )}
      <form
        className="editor"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (base === null) void form.add()
          else form.review(true)
        }}
      >
        <Section title={say('sectionTask')}>
          <div className="fields">
            {base === null && <KeyFields draft={draft} set={set} />}
            <About draft={draft} set={set} />
          </div>
        </Section>
        <Section
          title={say('sectionWhen')}
          beside={<NextFires preview={preview} zone={draft.zone} />}
        >
          <When draft={draft} set={set} />
        </Section>
        <Section title={say('sectionWhom')} beside={<TestCall draft={draft} />}>
          <Whom draft={draft} set={set} />
        </Section>
        <Folds draft={draft} set={set} />
        <Saving form={form} changed={changes.length} />
      </form>
      {reviewing && base !== null && (
        <Review
          task={base}
          draft={draft}
          changes={changes}
          send={form.replace}
          onClose={() => form.review(false)}
        />
      )}
    </ProblemsProvider>
  )
}

interface SectionProps {
  readonly title: string
  readonly children: ReactNode
  /** What answers to the section while it is filled in. */
  readonly beside?: ReactNode
}

const Section = ({ title, children, beside }: SectionProps) => (
  <section className="card" aria-label={title}>
    <h2>{title}</h2>
    <div className={beside === undefined ? '' : 'with-beside'}>
      <div className="stack">{children}</div>
      {beside !== undefined && <div className="beside">{beside}</div>}
    </div>
  </section>
)

interface SavingProps {
  readonly form: ReturnType<typeof useForm>
  readonly changed: number
}

const Saving = ({ form: { base, error, sending }, changed }: SavingProps) => {
  const say = useWords(editorWords)
  const { language } = usePreferences()
  const isNew = base === null
  return (
    <div className="bar saving">
      {error !== null && <Alert type="error" showIcon title={error.words[language]} />}
      <Button type="primary" htmlType="submit" loading={sending} disabled={!isNew && changed === 0}>
        {say(isNew ? 'saveNew' : 'review')}
      </Button>
      <Link to={isNew ? '/tasks' : taskPath(base)}>{say('cancel')}</Link>
      {!isNew && (
        <span className="faint" role="status">
          {changed === 0 ? say('nothingChanged') : say('changesCount', changed)}
        </span>
      )}
    </div>
  )
}
