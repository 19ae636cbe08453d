// Every kind of rule as a control of its own. What is no date or time is named under its field.
import { CloseOutlined } from '@ant-design/icons'
import { Button, Checkbox, Input, Select } from 'antd'
import { Field } from '../editor/field.tsx'
import { useWords } from '../preferences.tsx'
import { zoneNames } from '../zoned.ts'
import { weekdayNames, type CalendarDraft } from './calendar.ts'
import { calendarWords } from './words.ts'

interface Props {
  readonly draft: CalendarDraft
  readonly set: (change: Partial<CalendarDraft>) => void
}

export const RulesForm = ({ draft, set }: Props) => {
  const say = useWords(calendarWords)
  const zones = zoneNames()
  return (
    <div className="stack">
      <Field name="zone" label={say('zone')}>
        {(control) => (
          <Select
            {...control}
            showSearch
            value={draft.zone}
            onChange={(zone) => set({ zone })}
            options={(zones.includes(draft.zone) ? zones : [draft.zone, ...zones]).map((value) => ({
              value,
              label: value,
            }))}
          />
        )}
      </Field>
      <Field name="weekdays" label={say('weekdays')}>
        {(control) => (
          <Checkbox.Group
            className="weekdays"
            value={[...draft.weekdays]}
            onChange={(names) =>
              set({ weekdays: weekdayNames.filter((one) => names.includes(one)) })
            }
            options={[...weekdayNames.slice(1), 'SUN' as const].map((value, n) => ({
              value,
              label: say(value),
              ...(n === 0 ? { id: control.id } : {}),
            }))}
          />
        )}
      </Field>
      <Days name="dates" draft={draft} set={set} hint={say('datesHint')} />
      <Days name="yearlyDates" draft={draft} set={set} hint={say('yearlyHint')} />
      <Ranges draft={draft} set={set} />
      <Expressions draft={draft} set={set} />
      <Days name="exemptDates" draft={draft} set={set} hint={say('exemptHint')} />
    </div>
  )
}

interface DaysProps extends Props {
  readonly name: 'dates' | 'yearlyDates' | 'exemptDates'
  readonly hint: string
}

const Days = ({ name, hint, draft, set }: DaysProps) => {
  const say = useWords(calendarWords)
  return (
    <Field name={name} label={say(name)} hint={hint}>
      {(control) => (
        <Select
          {...control}
          mode="tags"
          open={false}
          suffix={null}
          tokenSeparators={[',', ' ', ';', '，', '、', '\n']}
          value={[...draft[name]]}
          onChange={(days) => set({ [name]: [...new Set(days)].sort() })}
        />
      )}
    </Field>
  )
}

const Ranges = ({ draft: { ranges }, set }: Props) => {
  const say = useWords(calendarWords)
  const put = (at: number, change: object) =>
    set({ ranges: ranges.map((range, n) => (n === at ? { ...range, ...change } : range)) })
  return (
    <Field name="ranges" label={say('ranges')} hint={say('rangesHint')}>
      {(control) => (
        <div className="rows">
          {ranges.map((range, n) => (
            <div key={n} className="row">
              <Input
                {...(n === 0 ? control : {})}
                aria-label={say('rangeFrom', n + 1)}
                value={range.from}
                onChange={({ target }) => put(n, { from: target.value })}
              />
              –
              <Input
                aria-label={say('rangeTo', n + 1)}
                value={range.to}
                onChange={({ target }) => put(n, { to: target.value })}
              />
              <Button
                type="text"
                icon={<CloseOutlined aria-hidden />}
                aria-label={say('removeOne', `${range.from}–${range.to}`)}
                onClick={() => set({ ranges: ranges.filter((_, other) => other !== n) })}
              />
            </div>
          ))}
          <Button
            {...(ranges.length === 0 ? { id: control.id } : {})}
            aria-label={say('addRange')}
            size="small"
            onClick={() => set({ ranges: [...ranges, { from: '22:00', to: '06:00' }] })}
          >
            {say('addRange')}
          </Button>
        </div>
      )}
    </Field>
  )
}

const Expressions = ({ draft: { expressions }, set }: Props) => {
  const say = useWords(calendarWords)
  return (
    <Field name="expressions" label={say('expressions')} hint={say('expressionsHint')}>
      {(control) => (
        <div className="rows">
          {expressions.map((expression, n) => (
            <div key={n} className="row">
              <Input
                {...(n === 0 ? control : {})}
                spellCheck={false}
                aria-label={say('expressionOf', n + 1)}
                value={expression}
                onChange={({ target }) =>
                  set({ expressions: expressions.map((e, at) => (at === n ? target.value : e)) })
                }
              />
              <Button
                type="text"
                icon={<CloseOutlined aria-hidden />}
                aria-label={say('removeOne', expression)}
                onClick={() => set({ expressions: expressions.filter((_, other) => other !== n) })}
              />
            </div>
          ))}
          <Button
            {...(expressions.length === 0 ? { id: control.id } : {})}
            aria-label={say('addExpression')}
            size="small"
            onClick={() => set({ expressions: [...expressions, '* * 12 * * ?'] })}
          >
            {say('addExpression')}
          </Button>
        </div>
      )}
    </Field>
  )
}
