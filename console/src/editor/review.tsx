// Before a replace: every field that changes, what that does to the coming week, and why.
import { Checkbox } from 'antd'
import { useState } from 'react'
import type { Task } from '../api/types.ts'
import { ReasonDialog } from '../parts/reason-dialog.tsx'
import { useWords } from '../preferences.tsx'
import { DifferenceTable } from './difference-table.tsx'
import type { Difference } from './differences.ts'
import { bodyOf, type Draft } from './draft.ts'
import { Week } from './week.tsx'
import { editorWords } from './words.ts'

interface Props {
  readonly task: Task
  readonly draft: Draft
  readonly changes: readonly Difference[]
  readonly send: (reason: string, pauseAgain: boolean) => Promise<void>
  readonly onClose: () => void
}

export const Review = ({ task, draft, changes, send, onClose }: Props) => {
  const say = useWords(editorWords)
  const { group, job, status } = task
  const isPaused = status === 'Paused'
  const [pauseAgain, setPauseAgain] = useState(isPaused)
  return (
    <ReasonDialog
      title={say('reviewTitle', `${group}/${job}`)}
      confirm={say('save')}
      reasonNeeded
      roomy
      send={(reason) => send(reason, isPaused && pauseAgain)}
      onClose={onClose}
    >
      <DifferenceTable of={changes} />
      {changes.some(({ field }) => field.startsWith('schedule.')) && (
        <Week task={task} after={bodyOf(draft)} />
      )}
      {isPaused && (
        <>
          <p className="mark late wrapping">{say('willBeActive')}</p>
          <Checkbox checked={pauseAgain} onChange={({ target }) => setPauseAgain(target.checked)}>
            {say('keepPaused')}
          </Checkbox>
        </>
      )}
      {status === 'Completed' && <p className="mark late wrapping">{say('willBeRevived')}</p>}
    </ReasonDialog>
  )
}
