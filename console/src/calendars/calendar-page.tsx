// One exclusion calendar: seen day by day, edited, and looked at for what a change would do before it is
// saved. What is saved or removed can be undone, as a new change.
import { Alert, App, Button, Input } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { ApiError } from '../api/client.ts'
import { Field, ProblemsProvider } from '../editor/field.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { viewerZone } from '../zoned.ts'
import {
  draftOf,
  emptyDraft,
  toggled,
  wrongIn,
  type Calendar,
  type CalendarDraft,
} from './calendar.ts'
import { CalendarDialog } from './calendar-dialog.tsx'
import { calendarPath, Users } from './calendars-page.tsx'
import { MonthGrid } from './month-grid.tsx'
import { findCalendar, saveCalendar, useCalendar } from './questions.ts'
import { rulesInWords } from './rule-words.ts'
import { RulesForm } from './rules-form.tsx'
import { calendarWords } from './words.ts'
import '../editor/editor.css'
import './calendars.css'

export const NewCalendarPage = () => {
  const say = useWords(calendarWords)
  return <Form title={say('newCalendar')} start={emptyDraft(viewerZone())} calendar={null} />
}

export const CalendarPage = () => {
  const { name = '' } = useParams()
  const calendar = useCalendar(name)
  if (calendar.isPending) return <Loading />
  if (calendar.data === undefined) return <Failed error={calendar.error} retry={calendar.refetch} />
  return (
    <Form
      key={`${name} ${calendar.data.revision}`}
      title={name}
      start={draftOf(calendar.data)}
      calendar={calendar.data}
    />
  )
}

interface Props {
  readonly title: string
  readonly start: CalendarDraft
  /** Null: a new one. */
  readonly calendar: Calendar | null
}

const Form = ({ title, start, calendar }: Props) => {
  const { language } = usePreferences()
  const say = useWords(calendarWords)
  const { message } = App.useApp()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [draft, setDraft] = useState(start)
  const [name, setName] = useState('')
  const [trouble, setTrouble] = useState<string | null>(null)
  const [asking, setAsking] = useState<'change' | 'remove' | null>(null)
  const problems = problemsOf(draft, (values) => say('notDates', values))
  const words = rulesInWords(draft, language)
  const isSame = JSON.stringify(draft) === JSON.stringify(start)

  const add = async () => {
    const given = name.trim()
    setTrouble(null)
    if (given === '') return setTrouble(say('nameNeeded'))
    try {
      if ((await findCalendar(given)) !== null) return setTrouble(say('nameTaken'))
      await saveCalendar(given, draft, '', null)
      await client.invalidateQueries()
      void message.success(say('saved'))
      await navigate(calendarPath(given))
    } catch (error) {
      setTrouble(error instanceof ApiError ? error.words[language] : String(error))
    }
  }
  return (
    <ProblemsProvider value={problems}>
      <header className="head">
        <div>
          <h1>{title}</h1>
          <p>
            {words.length === 0 ? say('nothingYet') : `${say('excludes')}: ${words.join('; ')}`}
          </p>
          {calendar !== null && (
            <p className="faint">
              {say('usedBy')} <Users name={calendar.name} />
            </p>
          )}
        </div>
        {calendar !== null && (
          <Button danger onClick={() => setAsking('remove')}>
            {say('remove')}
          </Button>
        )}
      </header>
      <form
        className="with-beside"
        onSubmit={(event) => {
          event.preventDefault()
          if (Object.values(wrongIn(draft)).some((values) => values.length > 0)) return
          if (calendar === null) return void add()
          setAsking('change')
        }}
      >
        <div className="card stack">
          {calendar === null && (
            <Field name="name" label={say('calendarName')}>
              {(control) => (
                <Input
                  {...control}
                  maxLength={200}
                  value={name}
                  onChange={({ target }) => setName(target.value)}
                />
              )}
            </Field>
          )}
          <RulesForm draft={draft} set={(change) => setDraft({ ...draft, ...change })} />
        </div>
        <div className="card">
          <MonthGrid draft={draft} onToggle={(day) => setDraft(toggled(day, draft))} />
        </div>
        <div className="bar saving wide-field">
          {trouble !== null && <Alert type="error" showIcon title={trouble} />}
          <Button type="primary" htmlType="submit" disabled={calendar !== null && isSame}>
            {say('save')}
          </Button>
          <Link to="/calendars">{say('cancel')}</Link>
          {calendar !== null && isSame && <span className="faint">{say('unchanged')}</span>}
        </div>
      </form>
      {asking !== null && calendar !== null && (
        <CalendarDialog
          calendar={calendar}
          to={asking === 'change' ? draft : null}
          onClose={() => setAsking(null)}
        />
      )}
    </ProblemsProvider>
  )
}

/** The values that are no dates or times, at their fields. */
const problemsOf = (draft: CalendarDraft, text: (values: string) => string) =>
  Object.entries(wrongIn(draft)).flatMap(([field, values]) =>
    values.length === 0
      ? []
      : [
          {
            field,
            position: null,
            message: text(values.join(', ')),
            messageZh: text(values.join(', ')),
          },
        ],
  )
