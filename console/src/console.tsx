// The providers everything stands in, and the pages, each fetched when it is first visited.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { App, ConfigProvider, theme } from 'antd'
import enUS from 'antd/es/locale/en_US'
import zhCN from 'antd/es/locale/zh_CN'
import { lazy } from 'react'
import { createBrowserRouter, RouterProvider } from 'react-router'
import { Broken } from './parts/broken.tsx'
import { PreferencesProvider, usePreferences } from './preferences.tsx'
import { NotFound, Shell } from './shell.tsx'

const OverviewPage = lazy(async () => ({
  default: (await import('./overview/overview-page.tsx')).OverviewPage,
}))
const TasksPage = lazy(async () => ({
  default: (await import('./tasks/tasks-page.tsx')).TasksPage,
}))
const TaskPage = lazy(async () => ({ default: (await import('./task/task-page.tsx')).TaskPage }))
const RunsPage = lazy(async () => ({ default: (await import('./runs/runs-page.tsx')).RunsPage }))
const RunPage = lazy(async () => ({ default: (await import('./run/run-page.tsx')).RunPage }))
const AuditPage = lazy(async () => ({
  default: (await import('./audit/audit-page.tsx')).AuditPage,
}))
const TimelinePage = lazy(async () => ({
  default: (await import('./timeline/timeline-page.tsx')).TimelinePage,
}))
const CalendarsPage = lazy(async () => ({
  default: (await import('./calendars/calendars-page.tsx')).CalendarsPage,
}))
const CalendarPage = lazy(async () => ({
  default: (await import('./calendars/calendar-page.tsx')).CalendarPage,
}))
const NewCalendarPage = lazy(async () => ({
  default: (await import('./calendars/calendar-page.tsx')).NewCalendarPage,
}))
const SystemPage = lazy(async () => ({
  default: (await import('./system/system-page.tsx')).SystemPage,
}))

const NewTaskPage = lazy(async () => ({
  default: (await import('./editor/editor-page.tsx')).NewTaskPage,
}))
const EditTaskPage = lazy(async () => ({
  default: (await import('./editor/editor-page.tsx')).EditTaskPage,
}))

const router = createBrowserRouter([
  {
    element: <Shell />,
    children: [
      {
        errorElement: <Broken />,
        children: [
          { path: '/', element: <OverviewPage /> },
          { path: '/tasks', element: <TasksPage /> },
          { path: '/tasks/new', element: <NewTaskPage /> },
          { path: '/tasks/:group/:job/edit', element: <EditTaskPage /> },
          { path: '/tasks/:group/:job/:tab', element: <TaskPage /> },
          { path: '/tasks/:group/:job', element: <TaskPage /> },
          { path: '/runs', element: <RunsPage /> },
          { path: '/runs/:runId', element: <RunPage /> },
          { path: '/timeline', element: <TimelinePage /> },
          { path: '/audit', element: <AuditPage /> },
          { path: '/calendars', element: <CalendarsPage /> },
          { path: '/calendars/:name', element: <CalendarPage /> },
          { path: '/new-calendar', element: <NewCalendarPage /> },
          { path: '/system', element: <SystemPage /> },
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
  },
])

const client = new QueryClient({ defaultOptions: { queries: { retry: 1 } } })

// The service writes a nonce into the page, because its policy allows no other inline style.
const nonce = document.querySelector<HTMLMetaElement>('meta[name=style-nonce]')?.content ?? ''

export const Console = () => (
  <PreferencesProvider>
    <QueryClientProvider client={client}>
      <Themed />
    </QueryClientProvider>
  </PreferencesProvider>
)

const Themed = () => {
  const { language, dark } = usePreferences()
  return (
    <ConfigProvider
      locale={language === 'zh' ? zhCN : enUS}
      csp={{ nonce }}
      button={{ autoInsertSpace: false }}
      theme={{
        algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
        token: {
          colorPrimary: dark ? '#5b9cf6' : '#1d5fc4',
          colorPrimaryHover: dark ? '#7db0f8' : '#174f9f',
          colorError: dark ? '#f0716b' : '#c5221f',
          colorTextPlaceholder: dark ? '#98a1b0' : '#5f6875',
          colorTextLightSolid: dark ? '#0d131c' : '#fff',
          borderRadius: 6,
          motion: !matchMedia('(prefers-reduced-motion: reduce)').matches,
          fontFamily: 'inherit',
        },
      }}
    >
      <App>
        <RouterProvider router={router} />
      </App>
    </ConfigProvider>
  )
}
