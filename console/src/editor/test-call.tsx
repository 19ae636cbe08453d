// One call with what is written so far, before anything is saved. It is kept as a test, not as a run.
import { useMutation } from '@tanstack/react-query'
import { Alert, Button } from 'antd'
import { ApiError, postText } from '../api/client.ts'
import { Tried } from '../api/types.ts'
import { duration } from '../format.ts'
import { StateMark } from '../parts/state-mark.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { Waterfall } from '../run/waterfall.tsx'
import { recallOf, type Draft } from './draft.ts'
import { jsonProblem } from './json-text.ts'
import { editorWords } from './words.ts'

const timeoutMsMax = 60_000

/** The payload goes in as it is written, so that numbers keep their digits. */
const testBody = (draft: Draft): string => {
  const { timeoutMs, followRedirects } = draft.policy
  const limits = { timeoutMs: Math.min(timeoutMs, timeoutMsMax), followRedirects }
  const call = JSON.stringify({ recall: recallOf(draft), ...limits })
  const data = draft.dataJson.trim() === '' ? 'null' : draft.dataJson
  return `${call.slice(0, -1)},"data":${data}}`
}

export const TestCall = ({ draft }: { readonly draft: Draft }) => {
  const say = useWords(editorWords)
  const { language } = usePreferences()
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => postText('/recalls/test', testBody(draft), Tried),
  })
  return (
    <div aria-live="polite">
      <p className="faint">{say('testSays')}</p>
      <Button
        loading={isPending}
        disabled={jsonProblem(draft.dataJson) !== null}
        onClick={() => mutate()}
      >
        {say('testCall')}
      </Button>
      {error !== null && (
        <Alert
          className="spaced"
          type="error"
          showIcon
          title={error instanceof ApiError ? error.words[language] : error.message}
        />
      )}
      {data !== undefined && <Answered tried={data} />}
    </div>
  )
}

const Answered = ({ tried: { outcome, reason, resultValue, report } }: { tried: Tried }) => {
  const say = useWords(editorWords)
  const { language } = usePreferences()
  return (
    <div className="spaced">
      <p>
        <StateMark state={outcome} />{' '}
        <span className="faint">
          {report.statusCode} · {duration(report.durationMs, language)}
        </span>
      </p>
      {reason !== null && <p>{reason}</p>}
      {resultValue !== null && resultValue !== '' && <p className="faint">{resultValue}</p>}
      <Waterfall report={report} />
      {report.reply !== null && report.reply !== '' && (
        <>
          <h3>{say('answer')}</h3>
          <pre>{report.reply}</pre>
        </>
      )}
    </div>
  )
}
