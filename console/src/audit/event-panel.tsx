// One event opened beside the list: its sentence, who and why, and the data as the log holds it.
import { CopyOutlined } from '@ant-design/icons'
import { App, Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { get, taskPath } from '../api/client.ts'
import { Events } from '../api/types.ts'
import { Dialog } from '../parts/dialog.tsx'
import { Facts } from '../parts/facts.tsx'
import { At } from '../parts/moment.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { sourceWord } from './audit-columns.tsx'
import type { OpenEvent } from './open-event.ts'
import { auditWords } from './words.ts'

interface Props {
  readonly event: OpenEvent
  readonly onStep: ((step: 1 | -1) => void) | null
  readonly onClose: () => void
}

export const EventPanel = ({ event, onStep, onClose }: Props) => {
  const say = useWords(auditWords)
  return (
    <Dialog label={say('event')} className="side" onClose={onClose}>
      <Shown event={event} />
      <form method="dialog" className="buttons">
        {onStep !== null && (
          <>
            <Button onClick={() => onStep(-1)}>{say('newer')}</Button>
            <Button onClick={() => onStep(1)}>{say('older')}</Button>
          </>
        )}
        <Button type="primary" htmlType="submit">
          {say('close')}
        </Button>
      </form>
    </Dialog>
  )
}

const Shown = ({ event: { group, job, revision } }: { readonly event: OpenEvent }) => {
  const say = useWords(auditWords)
  const { language } = usePreferences()
  const { message } = App.useApp()
  const key = { group, job }
  const found = useQuery({
    queryKey: ['event', key, revision],
    // What has happened does not change.
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      get(`${taskPath(key)}/events?limit=1&cursor=${revision}`, Events, signal),
  })
  if (found.isPending) return <Loading />
  const event = found.data?.events[0]
  if (event === undefined)
    return <Failed error={found.error ?? new Error('–')} retry={found.refetch} />
  const { data, metadata } = event
  const raw = JSON.stringify({ type: event.type, data, metadata }, null, 2)
  const copy = () =>
    navigator.clipboard.writeText(raw).then(() => void message.success(say('copied')))
  const word = (value: unknown) => (typeof value === 'string' ? value : '–')
  const runId = data['runId']
  return (
    <>
      <h2>{event.type}</h2>
      <Facts
        of={[
          [say('when'), <At key="at" at={event.recordedAt} />],
          [say('job'), <Link key="job" to={taskPath(key)}>{`${group} / ${job}`}</Link>],
          ...(typeof runId === 'string'
            ? [
                [
                  say('ofRun'),
                  <Link key="run" to={`/runs/${runId}`}>
                    {runId}
                  </Link>,
                ] as const,
              ]
            : []),
          [say('who'), word(metadata['actor'])],
          [say('source'), sourceWord(word(metadata['source']), language)],
          [say('why'), word(metadata['reason'])],
          [say('revisionOf'), event.revision],
        ]}
      />
      <div className="raw">
        <Button size="small" icon={<CopyOutlined aria-hidden />} onClick={() => void copy()}>
          {say('copy')}
        </Button>
        <pre tabIndex={0}>{raw}</pre>
      </div>
    </>
  )
}
