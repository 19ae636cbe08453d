// When it fires: the schedule with everything that belongs to it.
import { useQuery } from '@tanstack/react-query'
import { Radio, Select } from 'antd'
import { get } from '../api/client.ts'
import { Calendars } from '../api/types.ts'
import { useWords } from '../preferences.tsx'
import { CronBuilder } from './cron-builder.tsx'
import type { Draft } from './draft.ts'
import { Field } from './field.tsx'
import { CountField, LengthField, MomentField } from './inputs.tsx'
import { editorWords, misfires } from './words.ts'
import { zoneNames } from '../zoned.ts'

interface Props {
  readonly draft: Draft
  readonly set: (change: Partial<Draft>) => void
}

export const When = ({ draft, set }: Props) => {
  const say = useWords(editorWords)
  const { kind, zone, startAt, endAt } = draft
  const zones = zoneNames()
  return (
    <>
      <Radio.Group
        aria-label={say('kind')}
        optionType="button"
        value={kind}
        onChange={({ target }) => set({ kind: target.value === 'simple' ? 'simple' : 'cron' })}
        options={[
          { value: 'cron', label: say('cronTrigger') },
          { value: 'simple', label: say('simpleTrigger') },
        ]}
      />
      {kind === 'cron' ? (
        <CronBuilder draft={draft} set={set} />
      ) : (
        <Simple draft={draft} set={set} />
      )}
      <div className="fields">
        <Field name="schedule.zone" label={say('zone')}>
          {(control) => (
            <Select
              {...control}
              showSearch
              value={zone}
              onChange={(next) => set({ zone: next })}
              options={(zones.includes(zone) ? zones : [zone, ...zones]).map((value) => ({
                value,
                label: value,
              }))}
            />
          )}
        </Field>
        <MomentField
          name="schedule.startAt"
          label={say('startAt')}
          hint={say(kind === 'cron' ? 'startsAtOnce' : 'startsOnSaving')}
          zone={zone}
          value={startAt}
          onChange={(at) => set({ startAt: at })}
        />
        <MomentField
          name="schedule.endAt"
          label={say('endAt')}
          hint={say('endsNever')}
          zone={zone}
          value={endAt}
          onChange={(at) => set({ endAt: at })}
        />
        <CalendarsField draft={draft} set={set} />
      </div>
    </>
  )
}

const Simple = ({ draft: { intervalMs, repeatCount }, set }: Props) => {
  const say = useWords(editorWords)
  const forEver = repeatCount === -1
  return (
    <div className="fields">
      <LengthField
        name="schedule.intervalMs"
        label={say('interval')}
        value={intervalMs}
        onChange={(ms) => set({ intervalMs: ms })}
      />
      <Field name="schedule.forEver" label={say('howOften')}>
        {(control) => (
          <Select
            id={control.id}
            value={forEver ? 'for-ever' : 'counted'}
            onChange={(next) => set({ repeatCount: next === 'for-ever' ? -1 : 0 })}
            options={[
              { value: 'for-ever', label: say('forEver') },
              { value: 'counted', label: say('counted') },
            ]}
          />
        )}
      </Field>
      {!forEver && (
        <CountField
          name="schedule.repeatCount"
          label={say('timesInAll')}
          min={1}
          value={repeatCount === null ? null : repeatCount + 1}
          onChange={(count) => set({ repeatCount: count === null ? null : count - 1 })}
        />
      )}
    </div>
  )
}

const CalendarsField = ({ draft: { calendars }, set }: Props) => {
  const say = useWords(editorWords)
  const known = useQuery({
    queryKey: ['calendars'],
    queryFn: ({ signal }) => get('/calendars', Calendars, signal),
  })
  return (
    <Field name="schedule.calendars" label={say('calendars')} hint={say('calendarsHint')}>
      {(control) => (
        <Select
          {...control}
          mode="tags"
          value={[...calendars]}
          onChange={(next) => set({ calendars: next })}
          options={(known.data?.calendars ?? []).map(({ name }) => ({ value: name, label: name }))}
        />
      )}
    </Field>
  )
}

/** What is rarely touched: what happens to fires that were missed, and around clock changes. */
export const Misses = ({ draft, set }: Props) => {
  const say = useWords(editorWords)
  const { kind, cronMisfire, simpleMisfire } = draft
  const isCron = kind === 'cron'
  return (
    <div className="fields">
      <Field name="schedule.misfire" label={say('misfire')} hint={say('misfireHint')}>
        {(control) => (
          <Select
            {...control}
            value={isCron ? cronMisfire : simpleMisfire}
            onChange={(next) => set(isCron ? { cronMisfire: next } : { simpleMisfire: next })}
            options={misfires[kind].map((word) => ({ value: word, label: say(word) }))}
          />
        )}
      </Field>
      <LengthField
        name="schedule.misfireThresholdMs"
        label={say('misfireThreshold')}
        value={draft.misfireThresholdMs}
        onChange={(ms) => set({ misfireThresholdMs: ms })}
      />
      <CountField
        name="schedule.catchUpMax"
        label={say('catchUpMax')}
        min={0}
        value={draft.catchUpMax}
        onChange={(count) => set({ catchUpMax: count })}
      />
      <LengthField
        name="schedule.catchUpWindowMs"
        label={say('catchUpWindow')}
        placeholder={say('anyAge')}
        value={draft.catchUpWindowMs}
        onChange={(ms) => set({ catchUpWindowMs: ms })}
      />
      <LengthField
        name="schedule.jitterMs"
        label={say('spread')}
        hint={say('spreadHint')}
        value={draft.jitterMs}
        onChange={(ms) => set({ jitterMs: ms })}
      />
      {isCron && <ClockChanges draft={draft} set={set} />}
    </div>
  )
}

const ClockChanges = ({ draft, set }: Props) => {
  const say = useWords(editorWords)
  return (
    <>
      <Field name="schedule.gap" label={say('gap')}>
        {(control) => (
          <Select
            {...control}
            value={draft.gap}
            onChange={(gap) => set({ gap })}
            options={(['skip', 'after'] as const).map((rule) => ({
              value: rule,
              label: say(`gap-${rule}`),
            }))}
          />
        )}
      </Field>
      <Field name="schedule.overlap" label={say('twice')}>
        {(control) => (
          <Select
            {...control}
            value={draft.overlap}
            onChange={(overlap) => set({ overlap })}
            options={(['second', 'first', 'both'] as const).map((rule) => ({
              value: rule,
              label: say(`twice-${rule}`),
            }))}
          />
        )}
      </Field>
    </>
  )
}
