// Before a calendar changes or goes: what that does to the tasks that name it, and why. Afterwards it
// can be undone for a while, as a new change.
import { App, Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import { ApiError } from '../api/client.ts'
import { DifferenceTable } from '../editor/difference-table.tsx'
import { differences } from '../editor/differences.ts'
import { ReasonDialog } from '../parts/reason-dialog.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { draftOf, emptyDraft, type Calendar, type CalendarDraft } from './calendar.ts'
import { Effects } from './effects.tsx'
import { removeCalendar, saveCalendar, useUsers } from './questions.ts'
import { calendarWords } from './words.ts'

const undoSeconds = 12

interface Props {
  readonly calendar: Calendar
  /** What it is to be; null: it is removed. */
  readonly to: CalendarDraft | null
  readonly onClose: () => void
}

export const CalendarDialog = ({ calendar, to, onClose }: Props) => {
  const { language } = usePreferences()
  const say = useWords(calendarWords)
  const { message } = App.useApp()
  const client = useQueryClient()
  const navigate = useNavigate()
  const users = useUsers(calendar.name).data?.tasks ?? []
  const before = draftOf(calendar)
  const failed = (error: unknown) => {
    const text = error instanceof ApiError ? error.words[language] : String(error)
    const isOvertaken = error instanceof ApiError && error.status === 412
    void message.error(isOvertaken ? say('changedMeanwhile') : text, 8)
  }
  const undo = async (revision: number) => {
    try {
      await saveCalendar(calendar.name, before, say('undoReason'), revision)
      message.destroy('undo')
      void message.success(say('undone'))
      await client.invalidateQueries()
    } catch (error) {
      failed(error)
    }
  }
  const send = async (reason: string) => {
    try {
      const { name, revision } = calendar
      const written =
        to === null
          ? await removeCalendar(calendar, reason)
          : await saveCalendar(name, to, reason, revision)
      void message.success({
        key: 'undo',
        duration: undoSeconds,
        content: (
          <>
            {say(to === null ? 'removed' : 'saved')}{' '}
            <Button type="link" size="small" onClick={() => void undo(written.revision)}>
              {say('undo')}
            </Button>
          </>
        ),
      })
      onClose()
      if (to !== null) return await client.invalidateQueries()
      // What is gone is not asked for once more, not even by a page that is just being left.
      await navigate('/calendars')
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'calendar' })
    } catch (error) {
      failed(error)
    }
  }
  return (
    <ReasonDialog
      title={say(to === null ? 'removeTitle' : 'reviewTitle', calendar.name)}
      confirm={say(to === null ? 'remove' : 'save')}
      danger={to === null}
      reasonNeeded
      roomy
      send={send}
      onClose={onClose}
    >
      {to === null ? <p>{say('removeSays')}</p> : <DifferenceTable of={differences(before, to)} />}
      <Effects name={calendar.name} draft={to ?? emptyDraft(calendar.zone)} tasks={users} />
    </ReasonDialog>
  )
}
