// What was said: the request as the callee got it, and beside it what each attempt was answered.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { get, taskPath } from '../api/client.ts'
import { Task, type Run } from '../api/types.ts'
import { laidOut } from '../editor/json-text.ts'
import { duration } from '../format.ts'
import { CopyButton } from '../parts/copy-button.tsx'
import { Loading } from '../parts/states.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import type { Attempt } from './attempts.ts'
import { requestOf } from './request.ts'
import { Waterfall } from './waterfall.tsx'
import { runWords } from './words.ts'

/** The definition the run was fired with; it does not change any more. */
const useDefinitionThen = (run: Run) =>
  useQuery({
    queryKey: ['definition then', run.runId],
    staleTime: Infinity,
    retry: false,
    queryFn: ({ signal }) => {
      const then = new URLSearchParams({ asOf: run.triggeredAt })
      return get(`${taskPath(run)}?${then}`, Task, signal)
    },
  })

export const RequestCard = ({ run }: { readonly run: Run }) => {
  const say = useWords(runWords)
  const then = useDefinitionThen(run)
  if (then.isPending) return <Loading />
  if (then.data === undefined) return <p className="faint">{say('noRequest')}</p>
  const { line, headers, body } = requestOf(run, then.data.definition)
  const head = headers.map(([name, value]) => `${name}: ${value}`).join('\n')
  return (
    <>
      <p>
        <code className="wrapping">{line}</code>
      </p>
      {head !== '' && <pre className="said">{head}</pre>}
      <div className="copied">
        <pre>{body}</pre>
        <CopyButton small label={say('copy')} done={say('copied')} text={() => body} />
      </div>
    </>
  )
}

export const Replies = ({ attempts }: { readonly attempts: readonly Attempt[] }) => {
  const { language } = usePreferences()
  const say = useWords(runWords)
  const [chosen, setChosen] = useState<number | null>(null)
  // The last one decides, and is shown unless another is asked for.
  const attempt = attempts.find(({ revision }) => revision === chosen) ?? attempts.at(-1)
  if (attempt === undefined) return <p className="faint">{say('noAttempts')}</p>
  const { reply, statusCode, reason, durationMs } = attempt
  return (
    <>
      {attempts.length > 1 && (
        <div className="chips" role="group" aria-label={say('attempts')}>
          {attempts.map((one) => (
            <button
              key={one.revision}
              type="button"
              className="chip"
              aria-pressed={one === attempt}
              onClick={() => setChosen(one.revision)}
            >
              {say('attempt', one.number)}
            </button>
          ))}
        </div>
      )}
      <p>
        <strong>{say('attempt', attempt.number)}</strong>
        {statusCode !== null && ` · ${statusCode}`} · {duration(durationMs, language)}
      </p>
      {reason !== null && <p className="mark bad wrapping">{reason}</p>}
      {reply === null || reply === '' ? (
        <p className="faint">{say('noReply')}</p>
      ) : (
        <div className="copied">
          <pre>{laidOut(reply)}</pre>
          <CopyButton small label={say('copy')} done={say('copied')} text={() => reply} />
        </div>
      )}
      <h3>{say('phases')}</h3>
      <Waterfall report={attempt} />
    </>
  )
}
