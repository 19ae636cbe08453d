// A moment in the viewer's zone, as the browser's own field takes it.
import { Input } from 'antd'

interface Props {
  readonly label: string
  readonly value: string
  readonly onChange: (local: string) => void
}

export const TimeField = ({ label, value, onChange }: Props) => (
  <Input
    type="datetime-local"
    aria-label={label}
    title={label}
    value={value}
    onChange={({ target }) => onChange(target.value)}
  />
)

/** A local date and time as the field writes it, as the instant it means there. */
export const instantOf = (local: string): string => {
  const at = new Date(local)
  return Number.isNaN(at.getTime()) ? '' : at.toISOString()
}
