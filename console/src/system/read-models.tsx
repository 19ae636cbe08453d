// How far the read models have come in the log, and how they are made anew: beside the ones that serve,
// with progress, and with a reason that is kept.
import { CheckCircleFilled, CloseCircleFilled, SyncOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { counted, duration } from '../format.ts'
import { Facts } from '../parts/facts.tsx'
import { Ago } from '../parts/moment.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { ReasonDialog } from '../parts/reason-dialog.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { rebuild, useProjections, type Projection } from './projections.ts'
import { systemWords } from './words.ts'

export const ReadModels = () => {
  const { language } = usePreferences()
  const say = useWords(systemWords)
  const client = useQueryClient()
  const projections = useProjections()
  const [asking, setAsking] = useState<string | null>(null)
  if (projections.isPending) return <Loading />
  if (projections.data === undefined)
    return <Failed error={projections.error} retry={projections.refetch} />
  const { head } = projections.data
  return (
    <section className="card" aria-labelledby="read-models">
      <h2 id="read-models">{say('projections')}</h2>
      {projections.data.projections.map((one) => (
        <div key={one.name} className="read-model">
          <Facts
            of={[
              [say('state'), <Standing key="state" {...one} />],
              [say('lag'), duration(one.ageMs, language)],
              [say('version'), one.version],
              [say('eventsApplied'), counted(one.events, language)],
              [say('position'), <code key="position">{one.checkpoint ?? '–'}</code>],
              [say('headOfLog'), <code key="head">{head ?? '–'}</code>],
              [say('tables'), one.tables.join(', ')],
              [say('lastRebuild'), <LastRebuild key="last" of={one.lastRebuild} />],
            ]}
          />
          <Button disabled={one.rebuilding !== null} onClick={() => setAsking(one.name)}>
            {say('rebuild')}
          </Button>
        </div>
      ))}
      {asking !== null && (
        <ReasonDialog
          title={say('rebuild')}
          reasonNeeded={false}
          send={async (reason) => {
            await rebuild(asking, reason)
            await client.invalidateQueries({ queryKey: ['projections'] })
            setAsking(null)
          }}
          onClose={() => setAsking(null)}
        >
          <p>{say('rebuildSays')}</p>
        </ReasonDialog>
      )}
    </section>
  )
}

const Standing = ({ behind, rebuilding }: Projection) => {
  const { language } = usePreferences()
  const say = useWords(systemWords)
  if (rebuilding !== null)
    return (
      <>
        <span className="mark busy">
          <SyncOutlined aria-hidden /> {say('rebuilding')} {Math.floor(100 * rebuilding.fraction)} %
        </span>{' '}
        <progress aria-label={say('rebuilding')} value={rebuilding.fraction} />{' '}
        <span className="faint">{say('eventsSoFar', counted(rebuilding.events, language))}</span>
      </>
    )
  return (
    <span className={`mark ${behind ? 'busy' : 'good'}`}>
      {behind ? <SyncOutlined aria-hidden /> : <CheckCircleFilled aria-hidden />}{' '}
      {say(behind ? 'behind' : 'upToDate')}
    </span>
  )
}

const LastRebuild = ({ of: last }: { readonly of: Projection['lastRebuild'] }) => {
  const { language } = usePreferences()
  const say = useWords(systemWords)
  if (last === null) return <span className="faint">{say('neverRebuilt')}</span>
  const { problem, reason, startedAt, endedAt } = last
  const tookMs =
    startedAt === null || endedAt === null ? null : Date.parse(endedAt) - Date.parse(startedAt)
  return (
    <>
      {problem !== null && (
        <span className="mark bad wrapping">
          <CloseCircleFilled aria-hidden /> {problem}{' '}
        </span>
      )}
      {endedAt !== null && <Ago at={endedAt} />}
      {tookMs !== null && ` · ${say('tookSays', duration(tookMs, language))}`}
      {reason !== null && ` · ${reason}`}
    </>
  )
}
