// What stands around every page: side bar, top bar, language and theme.
import { BulbOutlined, GlobalOutlined, HistoryOutlined, ScheduleOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { Suspense } from 'react'
import { NavLink, Outlet } from 'react-router'
import { Loading, Nothing } from './parts/states.tsx'
import { usePreferences } from './preferences.tsx'

export const Shell = () => {
  const { say, dark, language, switchLanguage, switchTheme } = usePreferences()
  return (
    <div className="shell">
      <aside>
        <div className="brand">Carillon</div>
        <nav aria-label={say('navigation')}>
          <NavLink to="/tasks">
            <ScheduleOutlined aria-hidden /> {say('tasks')}
          </NavLink>
          <NavLink to="/runs">
            <HistoryOutlined aria-hidden /> {say('runs')}
          </NavLink>
        </nav>
        <div className="switches">
          <Button
            type="text"
            icon={<GlobalOutlined aria-hidden />}
            lang={language === 'en' ? 'zh-CN' : 'en'}
            onClick={switchLanguage}
          >
            {say('otherLanguage')}
          </Button>
          <Button type="text" icon={<BulbOutlined aria-hidden />} onClick={switchTheme}>
            {say(dark ? 'light' : 'dark')}
          </Button>
        </div>
      </aside>
      <main>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  )
}

export const NotFound = () => {
  const { say } = usePreferences()
  return <Nothing title={say('notFound')} hint={location.pathname} />
}
