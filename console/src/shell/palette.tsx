// The command palette: one field over everything. Arrows choose, Enter does, Escape leaves.
import { useId, useState, type KeyboardEvent } from 'react'
import { Dialog } from '../parts/dialog.tsx'
import { useWords } from '../preferences.tsx'
import { useEntries, type Entry } from './palette-entries.ts'
import { shellWords } from './words.ts'

interface Props {
  readonly onClose: () => void
  readonly onHelp: () => void
}

export const Palette = ({ onClose, onHelp }: Props) => {
  const say = useWords(shellWords)
  const id = useId()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
  const entries = useEntries(typed, onHelp)
  const current = Math.min(at, entries.length - 1)

  const choose = (entry: Entry | undefined) => {
    if (entry === undefined) return
    onClose()
    void entry.run()
  }
  const press = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && entries.length > 0) {
      event.preventDefault()
      setAt((current + step + entries.length) % entries.length)
    }
    if (event.key === 'Enter') {
      event.preventDefault()
      choose(entries[current])
    }
  }
  return (
    <Dialog label={say('palette')} className="palette" onClose={onClose}>
      <input
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={current < 0 ? undefined : `${id}-${current}`}
        aria-label={say('palette')}
        placeholder={say('paletteHint')}
        value={typed}
        onKeyDown={press}
        onChange={({ target }) => {
          setTyped(target.value)
          setAt(0)
        }}
      />
      <ul id={id} role="listbox" aria-label={say('palette')}>
        {entries.map((entry, index) => (
          <li
            key={`${entry.kind} ${entry.id}`}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === current}
            ref={index === current ? intoView : null}
            onPointerMove={() => setAt(index)}
            onClick={() => choose(entry)}
          >
            <span className="faint kind">{say(entry.kind)}</span>
            <span className="clipped">{entry.title}</span>
            <span className="faint clipped">{entry.hint}</span>
          </li>
        ))}
      </ul>
      {entries.length === 0 && (
        <p className="faint" role="status">
          {say('noEntry')}
        </p>
      )}
    </Dialog>
  )
}

const intoView = (entry: HTMLElement | null): void => entry?.scrollIntoView({ block: 'nearest' })
