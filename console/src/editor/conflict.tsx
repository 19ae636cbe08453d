// Somebody else changed the task while it was being edited: what they did, by whom and why, and the
// choice between keeping one's own changes on top of it and dropping them.
import { Alert, Button } from 'antd'
import { useEffect, useRef } from 'react'
import type { Task } from '../api/types.ts'
import { clockTime } from '../format.ts'
import { useWords } from '../preferences.tsx'
import { DifferenceTable } from './difference-table.tsx'
import { differences } from './differences.ts'
import { editorWords } from './words.ts'

interface Props {
  readonly base: Task
  readonly theirs: Task
  readonly onKeep: () => void
  readonly onDrop: () => void
}

export const Conflict = ({ base, theirs, onKeep, onDrop }: Props) => {
  const say = useWords(editorWords)
  const changes = differences(base.definition, theirs.definition)
  const isOther = theirs.status !== base.status
  const by = isOther ? theirs.statusBy : theirs.changedBy
  const why = isOther ? theirs.statusReason : theirs.changedReason
  const seen = useRef<HTMLDivElement>(null)
  useEffect(() => {
    seen.current?.scrollIntoView({ block: 'center' })
  }, [theirs])
  return (
    <div ref={seen}>
      <Alert
        type="warning"
        showIcon
        className="spaced"
        title={say('changedMeanwhile')}
        description={
          <>
            <p>
              {say(
                'changedBy',
                by ?? say('someone'),
                clockTime(theirs.changedAt),
                why ?? say('noReason'),
              )}
            </p>
            {isOther && <p>{say('nowStatus', say(theirs.status))}</p>}
            {changes.length > 0 && <DifferenceTable of={changes} />}
            <div className="buttons">
              <Button type="primary" onClick={onKeep}>
                {say('mineOnTop')}
              </Button>
              <Button onClick={onDrop}>{say('dropMine')}</Button>
            </div>
          </>
        }
      />
    </div>
  )
}
