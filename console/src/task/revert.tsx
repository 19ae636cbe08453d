// Going back to an earlier version: a new change, looked at and reasoned like every other.
import { App } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { ApiError } from '../api/client.ts'
import type { Task } from '../api/types.ts'
import { DifferenceTable } from '../editor/difference-table.tsx'
import { differences } from '../editor/differences.ts'
import { saveOver } from '../editor/save.ts'
import { Week } from '../editor/week.tsx'
import { ReasonDialog } from '../parts/reason-dialog.tsx'
import { Loading } from '../parts/states.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { useDefinition, type Change } from './changes.ts'
import { taskWords } from './words.ts'

interface Props {
  readonly task: Task
  readonly change: Change
  readonly onClose: () => void
}

export const Revert = ({ task, change, onClose }: Props) => {
  const say = useWords(taskWords)
  const { language } = usePreferences()
  const { message } = App.useApp()
  const client = useQueryClient()
  const { data: definition } = useDefinition(task, change.revision)
  const list =
    definition === undefined || definition === null ? [] : differences(task.definition, definition)

  const send = async (reason: string) => {
    if (definition === undefined || definition === null) return
    try {
      const saved = await saveOver(task, definition, reason)
      if (saved.type === 'saved') void message.success(say('reverted'))
      else void message.warning(say('revertOvertaken'))
      await client.invalidateQueries()
      onClose()
    } catch (error) {
      void message.error(error instanceof ApiError ? error.words[language] : String(error), 8)
    }
  }

  return (
    <ReasonDialog
      title={say('revertTitle', change.revision)}
      confirm={say('revert')}
      reasonNeeded
      roomy
      send={send}
      onClose={onClose}
    >
      <p>{say('revertSays')}</p>
      {definition === undefined ? (
        <Loading />
      ) : list.length === 0 ? (
        <p className="faint">{say('revertSame')}</p>
      ) : (
        <DifferenceTable of={list} />
      )}
      {definition !== undefined &&
        definition !== null &&
        list.some(({ field }) => field.startsWith('schedule.')) && (
          <Week task={task} after={definition} />
        )}
    </ReasonDialog>
  )
}
