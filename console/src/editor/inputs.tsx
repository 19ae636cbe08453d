// Controls for what forms usually get wrong: lengths of time with their unit, and instants in the
// zone of the task, exact to the millisecond as long as nobody touches them.
import { Input, InputNumber, Select, Space } from 'antd'
import { useState } from 'react'
import { clockTime } from '../format.ts'
import { useWords } from '../preferences.tsx'
import { Field } from './field.tsx'
import { editorWords } from './words.ts'
import { instantOfWall, viewerZone, wallOf } from '../zoned.ts'

const units = [
  { word: 'ms', ms: 1 },
  { word: 's', ms: 1_000 },
  { word: 'min', ms: 60_000 },
  { word: 'h', ms: 3_600_000 },
  { word: 'd', ms: 86_400_000 },
] as const

/** The largest unit in which the length is a whole number. */
const unitOf = (ms: number | null): number =>
  ms === null || ms === 0 ? 1_000 : (units.findLast((unit) => ms % unit.ms === 0)?.ms ?? 1)

interface Length {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly placeholder?: string
  readonly value: number | null
  readonly onChange: (ms: number | null) => void
}

export const LengthField = ({ name, label, hint, placeholder = '', value, onChange }: Length) => {
  const say = useWords(editorWords)
  const [unit, setUnit] = useState(() => unitOf(value))
  return (
    <Field name={name} label={label} hint={hint}>
      {(control) => (
        <Space.Compact block>
          <InputNumber
            {...control}
            min={0}
            placeholder={placeholder}
            value={value === null ? null : value / unit}
            onChange={(count) => onChange(count === null ? null : Math.round(count * unit))}
          />
          <Select
            aria-label={say('unitOf', label)}
            value={unit}
            onChange={(next) => {
              setUnit(next)
              if (value !== null) onChange(Math.round((value / unit) * next))
            }}
            options={units.map(({ word, ms }) => ({ value: ms, label: say(word) }))}
          />
        </Space.Compact>
      )}
    </Field>
  )
}

interface Count {
  readonly name: string
  readonly label: string
  readonly hint?: string
  readonly placeholder?: string
  readonly min?: number
  readonly max?: number
  readonly step?: number
  readonly value: number | null
  readonly onChange: (count: number | null) => void
}

export const CountField = ({ name, label, hint, value, onChange, ...limits }: Count) => (
  <Field name={name} label={label} hint={hint}>
    {(control) => <InputNumber {...control} {...limits} value={value} onChange={onChange} />}
  </Field>
)

interface Moment {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly zone: string
  readonly value: string | null
  readonly onChange: (at: string | null) => void
}

export const MomentField = ({ name, label, hint, zone, value, onChange }: Moment) => {
  const say = useWords(editorWords)
  const elsewhere = value !== null && zone !== viewerZone()
  return (
    <Field
      name={name}
      label={label}
      hint={elsewhere ? say('forYou', clockTime(value)) : value === null ? hint : undefined}
    >
      {(control) => (
        <Input
          {...control}
          type="datetime-local"
          step={1}
          value={wallOf(value, zone)}
          onChange={({ target }) =>
            onChange(target.value === '' ? null : instantOfWall(target.value, zone))
          }
        />
      )}
    </Field>
  )
}
