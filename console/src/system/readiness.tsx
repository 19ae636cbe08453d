// Can the service do its work? What stands in its way is said in its own words.
import { CheckCircleFilled, CloseCircleFilled } from '@ant-design/icons'
import { Facts } from '../parts/facts.tsx'
import { Failed, Loading } from '../parts/states.tsx'
import { useWords } from '../preferences.tsx'
import { useReadiness } from './questions.ts'
import { systemWords } from './words.ts'

const names: Readonly<
  Record<string, 'eventStore' | 'readModels' | 'scheduler' | 'clock' | 'gaps' | 'logRetention'>
> = {
  'event store': 'eventStore',
  'read models': 'readModels',
  scheduler: 'scheduler',
  clock: 'clock',
  gaps: 'gaps',
  'log retention': 'logRetention',
}

export const Readiness = () => {
  const say = useWords(systemWords)
  const readiness = useReadiness()
  if (readiness.isPending) return <Loading />
  if (readiness.data === undefined)
    return <Failed error={readiness.error} retry={readiness.refetch} />
  const { ready, checks } = readiness.data
  return (
    <section className="card" aria-labelledby="readiness">
      <h2 id="readiness">{say('readiness')}</h2>
      <p>
        <Verdict good={ready} text={say(ready ? 'ready' : 'notReady')} />
      </p>
      <Facts
        of={[
          ...checks.map(({ name, problem }) => {
            const word = names[name]
            const shown = (
              <Verdict key={name} good={problem === null} text={problem ?? say('fine')} />
            )
            return [word === undefined ? name : say(word), shown] as const
          }),
        ]}
      />
    </section>
  )
}

const Verdict = ({ good, text }: { readonly good: boolean; readonly text: string }) => (
  <span className={`mark ${good ? 'good' : 'bad'}`}>
    {good ? <CheckCircleFilled aria-hidden /> : <CloseCircleFilled aria-hidden />} {text}
  </span>
)
