// Whom a fire calls back, and with what.
import { Button, Input, InputNumber, Radio } from 'antd'
import { useWords } from '../preferences.tsx'
import type { Draft } from './draft.ts'
import { Field } from './field.tsx'
import { jsonProblem, laidOut, placeOf } from './json-text.ts'
import { editorWords } from './words.ts'

interface Props {
  readonly draft: Draft
  readonly set: (change: Partial<Draft>) => void
}

export const Whom = ({ draft, set }: Props) => {
  const say = useWords(editorWords)
  const { recallType, url, host, port } = draft
  return (
    <>
      <Radio.Group
        aria-label={say('recallType')}
        optionType="button"
        value={recallType}
        onChange={({ target }) => set({ recallType: target.value === 'http' ? 'http' : 'socket' })}
        options={[
          { value: 'http', label: 'HTTP' },
          { value: 'socket', label: 'SOCKET' },
        ]}
      />
      {recallType === 'http' ? (
        <Field name="recall.url" label="URL" hint={say('urlHint')}>
          {(control) => (
            <Input
              {...control}
              inputMode="url"
              spellCheck={false}
              placeholder="http://example.internal:8080/jobs/nightly"
              value={url}
              onChange={({ target }) => set({ url: target.value })}
            />
          )}
        </Field>
      ) : (
        <div className="fields">
          <Field name="recall.host" label={say('host')}>
            {(control) => (
              <Input
                {...control}
                spellCheck={false}
                value={host}
                onChange={({ target }) => set({ host: target.value })}
              />
            )}
          </Field>
          <Field name="recall.port" label={say('port')} hint={say('socketHint')}>
            {(control) => (
              <InputNumber
                {...control}
                min={1}
                max={65_535}
                controls={false}
                value={port}
                onChange={(next) => set({ port: next })}
              />
            )}
          </Field>
        </div>
      )}
      <DataField draft={draft} set={set} />
    </>
  )
}

const DataField = ({ draft: { dataJson }, set }: Props) => {
  const say = useWords(editorWords)
  const wrong = jsonProblem(dataJson)
  const at = typeof wrong?.position === 'number' ? placeOf(dataJson, wrong.position) : null
  return (
    <Field name="dataJson" label={say('payload')} hint={say('dataHint')}>
      {(control) => (
        <div className="data">
          <Input.TextArea
            {...control}
            {...(wrong === null ? {} : { status: 'error' as const })}
            className="code"
            spellCheck={false}
            rows={Math.min(18, Math.max(5, dataJson.split('\n').length + 1))}
            value={dataJson}
            onChange={({ target }) => set({ dataJson: target.value })}
          />
          <div className="bar tight">
            <Button
              size="small"
              disabled={wrong !== null}
              onClick={() => set({ dataJson: laidOut(dataJson) })}
            >
              {say('layOut')}
            </Button>
            <span role="status" className={wrong === null ? 'mark good' : 'mark bad'}>
              {wrong === null ? say('jsonFine') : say('jsonWrong', ...(at ?? ['?', '?']))}
            </span>
          </div>
        </div>
      )}
    </Field>
  )
}
