// How far the read models have come, and how they are made anew: beside the ones that serve, with
// progress, and with a reason that is kept.
import { CheckCircleFilled, SyncOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Failed, Loading } from '../parts/states.tsx'
import { ReasonDialog } from '../parts/reason-dialog.tsx'
import { useWords } from '../preferences.tsx'
import { rebuild, useProjections, type Projection } from './projections.ts'
import { systemWords } from './words.ts'

export const ReadModels = () => {
  const say = useWords(systemWords)
  const client = useQueryClient()
  const projections = useProjections()
  const [asking, setAsking] = useState<string | null>(null)
  if (projections.isPending) return <Loading />
  if (projections.data === undefined)
    return <Failed error={projections.error} retry={projections.refetch} />
  return (
    <section className="card" aria-labelledby="read-models">
      <h2 id="read-models">{say('projections')}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{say('projection')}</th>
            <th scope="col" className="right">
              {say('version')}
            </th>
            <th scope="col" className="roomy">
              {say('position')}
            </th>
            <th scope="col">{say('state')}</th>
            <th scope="col" />
          </tr>
        </thead>
        <tbody>
          {projections.data.projections.map((one) => (
            <tr key={one.name}>
              <td>{one.name}</td>
              <td className="number right">{one.version}</td>
              <td className="roomy">
                <code>{one.checkpoint ?? '–'}</code>
              </td>
              <td>
                <Standing {...one} />
              </td>
              <td className="right">
                <Button disabled={one.rebuilding !== null} onClick={() => setAsking(one.name)}>
                  {say('rebuild')}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
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
  const say = useWords(systemWords)
  if (rebuilding !== null)
    return (
      <>
        <span className="mark busy">
          <SyncOutlined aria-hidden /> {say('rebuilding')} {Math.floor(100 * rebuilding.fraction)} %
        </span>{' '}
        <progress aria-label={say('rebuilding')} value={rebuilding.fraction} />
      </>
    )
  return (
    <span className={`mark ${behind ? 'busy' : 'good'}`}>
      {behind ? <SyncOutlined aria-hidden /> : <CheckCircleFilled aria-hidden />}{' '}
      {say(behind ? 'behind' : 'upToDate')}
    </span>
  )
}
