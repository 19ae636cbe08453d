// The processes of the service: who looks after how many tasks, whose clock can be trusted, who was
// heard of last. Those that ended are folded away, not forgotten.
import {
  CheckCircleFilled,
  CloseCircleFilled,
  MinusCircleFilled,
  WarningFilled,
} from '@ant-design/icons'
import { Ago, At } from '../parts/moment.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { counted, signed } from '../format.ts'
import { useNodes, useSettings, type Node } from './questions.ts'
import { systemWords } from './words.ts'

export const Processes = () => {
  const say = useWords(systemWords)
  const nodes = useNodes()
  const answers = useSettings().data?.node
  if (nodes.isPending) return <Loading />
  if (nodes.data === undefined) return <Failed error={nodes.error} retry={nodes.refetch} />
  const living = nodes.data.nodes.filter(({ endedAt }) => endedAt === null)
  const ended = nodes.data.nodes.filter(({ endedAt }) => endedAt !== null)
  return (
    <section className="card processes" aria-labelledby="processes">
      <h2 id="processes">{say('processes')}</h2>
      <Table of={living} answers={answers} lastColumn="lastSeen" />
      {ended.length > 0 && (
        <details>
          <summary>{say('past', ended.length)}</summary>
          <Table of={ended} answers={answers} lastColumn="ended" />
        </details>
      )}
    </section>
  )
}

interface TableProps {
  readonly of: readonly Node[]
  /** Which one answered the page. */
  readonly answers: string | undefined
  readonly lastColumn: 'lastSeen' | 'ended'
}

const Table = ({ of: nodes, answers, lastColumn }: TableProps) => {
  const { language } = usePreferences()
  const say = useWords(systemWords)
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{say('process')}</th>
          <th scope="col">{say('state')}</th>
          <th scope="col" className="roomy">
            {say('roles')}
          </th>
          <th scope="col" className="right">
            {say('owns')}
          </th>
          <th scope="col">{say('clock')}</th>
          <th scope="col" className="roomy">
            {say('since')}
          </th>
          <th scope="col" className="roomy">
            {say(lastColumn)}
          </th>
        </tr>
      </thead>
      <tbody>
        {nodes.map((node) => (
          <tr key={node.id}>
            <td>
              <code>{node.id}</code>
              <div className="faint">
                {node.host} · {node.pid} · {node.version}
                {node.id === answers && ` · ${say('thisOne')}`}
              </div>
            </td>
            <td>
              <NodeState node={node} />
            </td>
            <td className="roomy">{node.roles.join(', ')}</td>
            <td className="number right">
              {node.owns === null ? '–' : say('tasksOwned', counted(node.owns, language))}
              {typeof node.shares === 'number' && (
                <div className="faint">{say('sharesHeld', node.shares)}</div>
              )}
            </td>
            <td>
              <NodeClock clock={node.clock} />
            </td>
            <td className="roomy number">
              <At at={node.startedAt} />
            </td>
            <td className="roomy number">
              <Last at={lastColumn === 'ended' ? node.endedAt : node.lastSeenAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const Last = ({ at }: { readonly at: string | null }) => (at === null ? '–' : <Ago at={at} />)

const states = {
  running: ['good', CheckCircleFilled, 'nodeRunning'],
  suspect: ['late', WarningFilled, 'nodeSuspect'],
  stopped: ['still', MinusCircleFilled, 'nodeStopped'],
  lost: ['bad', CloseCircleFilled, 'nodeLost'],
} as const

const NodeState = ({ node: { state, lostBy } }: { readonly node: Node }) => {
  const say = useWords(systemWords)
  const [tone, Icon, word] = states[state]
  return (
    <>
      <span className={`mark ${tone}`}>
        <Icon aria-hidden /> {say(word)}
      </span>
      {lostBy !== null && <div className="faint">{say('noticedBy', lostBy)}</div>}
    </>
  )
}

/** A clock that is not trusted keeps its process from deciding anything. */
const NodeClock = ({ clock: { offsetMs, trusted, because } }: Pick<Node, 'clock'>) => {
  const say = useWords(systemWords)
  const off = offsetMs === null ? say('clockUnknown') : say('clockOff', signed(offsetMs))
  return (
    <>
      <span className="number">{off}</span>
      {!trusted && (
        <div className="mark bad">
          <WarningFilled aria-hidden /> {say(because === 'off' ? 'clockIsOff' : 'clockUntrusted')}
        </div>
      )}
    </>
  )
}
