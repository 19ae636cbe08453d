// How trouble is treated: limits of a call, retries, what overlaps, how much at a time.
import { Select, Switch } from 'antd'
import { useWords } from '../preferences.tsx'
import type { Draft } from './draft.ts'
import { Field } from './field.tsx'
import { CountField, LengthField } from './inputs.tsx'
import { editorWords } from './words.ts'

interface Props {
  readonly draft: Draft
  readonly set: (change: Partial<Draft>) => void
}

export const Limits = ({ draft: { policy }, set }: Props) => {
  const say = useWords(editorWords)
  const change = (next: Partial<Draft['policy']>) => set({ policy: { ...policy, ...next } })
  return (
    <div className="fields">
      <Field name="policy.overlap" label={say('overlap')} hint={say('overlapHint')}>
        {(control) => (
          <Select
            {...control}
            value={policy.overlap}
            onChange={(overlap) => change({ overlap })}
            options={(['allow', 'skip', 'queueOne'] as const).map((rule) => ({
              value: rule,
              label: say(`overlap-${rule}`),
            }))}
          />
        )}
      </Field>
      <LengthField
        name="policy.timeoutMs"
        label={say('timeout')}
        value={policy.timeoutMs}
        onChange={(ms) => change({ timeoutMs: ms ?? 0 })}
      />
      <LengthField
        name="policy.reportDeadlineMs"
        label={say('reportDeadline')}
        hint={say('reportDeadlineHint')}
        value={policy.reportDeadlineMs}
        onChange={(ms) => change({ reportDeadlineMs: ms ?? 0 })}
      />
      <CountField
        name="policy.concurrencyMax"
        label={say('concurrencyMax')}
        placeholder={say('noLimit')}
        min={1}
        value={policy.concurrencyMax}
        onChange={(count) => change({ concurrencyMax: count })}
      />
      <CountField
        name="policy.ratePerSecond"
        label={say('ratePerSecond')}
        placeholder={say('noLimit')}
        min={0}
        step={1}
        value={policy.ratePerSecond}
        onChange={(count) => change({ ratePerSecond: count })}
      />
      <Field name="policy.followRedirects" label={say('followRedirects')}>
        {({ id }) => (
          <span>
            <Switch
              id={id}
              checked={policy.followRedirects}
              onChange={(followRedirects) => change({ followRedirects })}
            />
          </span>
        )}
      </Field>
    </div>
  )
}

export const Retries = ({ draft: { retries }, set }: Props) => {
  const say = useWords(editorWords)
  const change = (next: Partial<Draft['retries']>) => set({ retries: { ...retries, ...next } })
  const { on, ...others } = retries
  return (
    <div className="fields">
      <CountField
        name="policy.retries.max"
        label={say('retriesMax')}
        hint={say('retriesHint')}
        min={0}
        value={retries.max}
        onChange={(max) => change({ max: max ?? 0 })}
      />
      <Field name="policy.retries.on" label={say('retryOn')} hint={say('retryOnHint')}>
        {(control) => (
          <Select
            {...control}
            mode="tags"
            placeholder={say('anyFailure')}
            value={on ?? []}
            onChange={(words) =>
              set({ retries: words.length === 0 ? others : { ...others, on: words } })
            }
            options={['connect', 'timeout', 'reply', '5xx', '429', '503'].map((value) => ({
              value,
              label: value,
            }))}
          />
        )}
      </Field>
      <LengthField
        name="policy.retries.backoffMs"
        label={say('backoff')}
        value={retries.backoffMs}
        onChange={(ms) => change({ backoffMs: ms ?? 0 })}
      />
      <CountField
        name="policy.retries.factor"
        label={say('factor')}
        min={1}
        step={0.5}
        value={retries.factor}
        onChange={(factor) => change({ factor: factor ?? 1 })}
      />
      <LengthField
        name="policy.retries.backoffMaxMs"
        label={say('backoffMax')}
        value={retries.backoffMaxMs}
        onChange={(ms) => change({ backoffMaxMs: ms ?? 0 })}
      />
      <CountField
        name="policy.retries.jitter"
        label={say('jitter')}
        min={0}
        max={1}
        step={0.1}
        value={retries.jitter}
        onChange={(jitter) => change({ jitter: jitter ?? 0 })}
      />
    </div>
  )
}
