// Which columns a list shows; kept in this browser.
import { TableOutlined } from '@ant-design/icons'
import { Checkbox } from 'antd'
import { Menu } from '../parts/menu.tsx'
import { useWords } from '../preferences.tsx'
import type { Column } from './long-table.tsx'
import { listWords } from './words.ts'

interface Props<Row> {
  readonly columns: readonly Column<Row>[]
  readonly hidden: readonly string[]
  readonly onChange: (hidden: readonly string[]) => void
}

export const ColumnMenu = <Row,>({ columns, hidden, onChange }: Props<Row>) => {
  const say = useWords(listWords)
  return (
    <Menu title={say('columns')} icon={<TableOutlined aria-hidden />}>
      {columns.map(({ id, title }) => (
        <Checkbox
          key={id}
          checked={!hidden.includes(id)}
          onChange={({ target }) =>
            onChange(target.checked ? hidden.filter((other) => other !== id) : [...hidden, id])
          }
        >
          {title}
        </Checkbox>
      ))}
    </Menu>
  )
}
