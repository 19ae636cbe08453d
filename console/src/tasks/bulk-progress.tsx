// How far a command for many tasks has come, and which of them refused it. It goes on without this page.
import { Alert, Button, Progress } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Link } from 'react-router'
import { taskPath } from '../api/client.ts'
import { useWords } from '../preferences.tsx'
import { continueBulk, useBulk } from './bulk.ts'
import { taskListWords } from './words.ts'

const shownMax = 5

interface Props {
  readonly id: string
  readonly onClose: () => void
}

export const BulkProgress = ({ id, onClose }: Props) => {
  const say = useWords(taskListWords)
  const client = useQueryClient()
  const { data, refetch } = useBulk(id)
  const state = data?.state
  useEffect(() => {
    if (state === 'done') void client.invalidateQueries()
  }, [state, client])
  if (data === undefined) return null
  const { action, total, done, changed, unchanged, refused, problems } = data
  const goOn = async () => {
    await continueBulk(id)
    await refetch()
  }
  return (
    <Alert
      className="told"
      role="status"
      type={state !== 'done' ? 'info' : refused > 0 ? 'warning' : 'success'}
      title={`${say(action)}: ${say('bulkDone', done, total ?? '…')}`}
      closable={{ onClose, 'aria-label': say('close') }}
      action={state === 'interrupted' && <Button onClick={() => void goOn()}>{say('goOn')}</Button>}
      description={
        <>
          {state !== 'done' && (
            <Progress
              aria-label={say(action)}
              percent={total === null || total === 0 ? 0 : Math.floor((100 * done) / total)}
            />
          )}
          <p>{say('bulkCounts', changed, unchanged, refused)}</p>
          {problems.slice(0, shownMax).map(({ group, job, problem }) => (
            <p key={`${group}/${job}`}>
              <Link to={taskPath({ group, job })}>{`${group}/${job}`}</Link> {problem}
            </p>
          ))}
        </>
      }
    />
  )
}
