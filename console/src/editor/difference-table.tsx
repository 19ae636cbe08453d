// Old against new, field by field.
import { useWords } from '../preferences.tsx'
import type { Difference } from './differences.ts'
import { laidOut } from './json-text.ts'
import { editorWords, isFieldWord } from './words.ts'
import './differences.css'

export const DifferenceTable = ({ of: list }: { readonly of: readonly Difference[] }) => {
  const say = useWords(editorWords)
  return (
    <table className="differences">
      <thead>
        <tr>
          <th>{say('field')}</th>
          <th>{say('before')}</th>
          <th>{say('after')}</th>
        </tr>
      </thead>
      <tbody>
        {list.map(({ field, from, to }) => (
          <tr key={field}>
            <th scope="row">
              {isFieldWord(field) ? say(field) : field}
              <div className="faint">
                <code>{field}</code>
              </div>
            </th>
            <td>
              <pre className="old">{shown(field, from)}</pre>
            </td>
            <td>
              <pre className="new">{shown(field, to)}</pre>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const shown = (field: string, value: unknown): string => {
  if (value === undefined || value === null) return '–'
  if (field.endsWith('Json') && typeof value === 'string') return laidOut(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}
