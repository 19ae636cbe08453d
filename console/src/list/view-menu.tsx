// Filters under a name, kept in this browser. A view is an address, so it is a link like any other.
import { CloseOutlined, StarOutlined } from '@ant-design/icons'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { Link, useLocation } from 'react-router'
import { Menu } from '../parts/menu.tsx'
import { useWords } from '../preferences.tsx'
import { useViews } from './kept.ts'
import { listWords } from './words.ts'

export const ViewMenu = ({ list }: { readonly list: string }) => {
  const say = useWords(listWords)
  const { pathname, search } = useLocation()
  const [views, keep] = useViews(list)
  const [name, setName] = useState('')
  return (
    <Menu title={say('views')} icon={<StarOutlined aria-hidden />}>
      {views.length === 0 && <p className="faint">{say('noViews')}</p>}
      {views.map((view) => (
        <div key={view.name} className="view">
          <Link to={`${pathname}${view.query}`}>{view.name}</Link>
          <Button
            type="text"
            size="small"
            icon={<CloseOutlined aria-hidden />}
            aria-label={say('forget', view.name)}
            onClick={() => keep(views.filter((other) => other !== view))}
          />
        </div>
      ))}
      <form
        className="view"
        onSubmit={(event) => {
          event.preventDefault()
          const given = name.trim()
          if (given === '') return
          keep([...views.filter((view) => view.name !== given), { name: given, query: search }])
          setName('')
        }}
      >
        <Input
          aria-label={say('viewName')}
          placeholder={say('viewName')}
          maxLength={60}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <Button htmlType="submit">{say('keep')}</Button>
      </form>
    </Menu>
  )
}
