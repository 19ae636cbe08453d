// The search of a list: what is typed goes into the address a moment after the last key.
import { Input } from 'antd'
import { useEffect, useState } from 'react'

interface Props {
  readonly label: string
  readonly value: string
  readonly onChange: (text: string) => void
  /** Takes the cursor when the page opens, where that does not bring up a keyboard on the screen. */
  readonly first?: boolean
}

const pauseMs = 180

export const SearchField = ({ label, value, onChange, first = false }: Props) => {
  const [typed, setTyped] = useState(value)
  const [known, setKnown] = useState(value)
  // The address may change by other means too: a view, a link, the way back.
  if (known !== value) {
    setKnown(value)
    if (typed.trim() !== value) setTyped(value)
  }
  useEffect(() => {
    if (typed.trim() === value) return
    const timer = setTimeout(() => onChange(typed.trim()), pauseMs)
    return () => clearTimeout(timer)
  }, [typed, value, onChange])
  return (
    <div data-search className="search-field">
      <Input
        type="search"
        allowClear
        autoFocus={first && matchMedia('(pointer: fine)').matches}
        aria-label={label}
        placeholder={label}
        maxLength={200}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
    </div>
  )
}
