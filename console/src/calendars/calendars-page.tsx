// When does nothing fire? The exclusion calendars, what each excludes in words, and how many tasks go
// by it.
import { Link } from 'react-router'
import { LinkButton } from '../parts/link-button.tsx'
import { Failed, Loading, Nothing } from '../parts/states.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { draftOf, type Calendar } from './calendar.ts'
import { useCalendars, usersShownMax, useUsers } from './questions.ts'
import { rulesInWords } from './rule-words.ts'
import { calendarWords } from './words.ts'
import './calendars.css'

export const calendarPath = (name: string): string => `/calendars/${encodeURIComponent(name)}`

export const CalendarsPage = () => {
  const say = useWords(calendarWords)
  const calendars = useCalendars()
  return (
    <>
      <div className="bar">
        <h1 className="grow">{say('title')}</h1>
        <LinkButton primary to="/new-calendar">
          {say('newCalendar')}
        </LinkButton>
      </div>
      {calendars.isPending ? (
        <Loading />
      ) : calendars.data === undefined ? (
        <Failed error={calendars.error} retry={calendars.refetch} />
      ) : calendars.data.calendars.length === 0 ? (
        <Nothing title={say('none')} hint={say('noneHint')} />
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{say('calendarName')}</th>
              <th scope="col">{say('excludes')}</th>
              <th scope="col" className="roomy">
                {say('zone')}
              </th>
              <th scope="col">{say('usedBy')}</th>
            </tr>
          </thead>
          <tbody>
            {calendars.data.calendars.map((calendar) => (
              <Row key={calendar.name} calendar={calendar} />
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}

const Row = ({ calendar }: { readonly calendar: Calendar }) => {
  const { language } = usePreferences()
  const say = useWords(calendarWords)
  const words = rulesInWords(draftOf(calendar), language)
  return (
    <tr data-row>
      <td>
        <Link to={calendarPath(calendar.name)} data-open>
          {calendar.name}
        </Link>
      </td>
      <td>
        {words.length === 0 ? <span className="faint">{say('nothingYet')}</span> : words.join('; ')}
      </td>
      <td className="roomy">{calendar.zone}</td>
      <td>
        <Users name={calendar.name} />
      </td>
    </tr>
  )
}

export const Users = ({ name }: { readonly name: string }) => {
  const say = useWords(calendarWords)
  const { data } = useUsers(name)
  if (data === undefined) return <span className="faint">…</span>
  if (data.tasks.length === 0) return <span className="faint">{say('unused')}</span>
  const said = data.next === null ? 'tasksCount' : 'tasksAtLeast'
  const count = data.next === null ? data.tasks.length : usersShownMax
  return <Link to={`/tasks?${new URLSearchParams({ calendar: name })}`}>{say(said, count)}</Link>
}
