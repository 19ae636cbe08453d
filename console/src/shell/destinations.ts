// The pages of the console, in the order of the side bar, each with the letter that goes there.
import {
  AuditOutlined,
  CalendarOutlined,
  CarryOutOutlined,
  ClusterOutlined,
  DashboardOutlined,
  HistoryOutlined,
  ScheduleOutlined,
} from '@ant-design/icons'

export const destinations = [
  { path: '/', word: 'overview', letter: 'o', Icon: DashboardOutlined },
  { path: '/tasks', word: 'tasks', letter: 't', Icon: ScheduleOutlined },
  { path: '/runs', word: 'runs', letter: 'r', Icon: HistoryOutlined },
  { path: '/timeline', word: 'timeline', letter: 'd', Icon: CarryOutOutlined },
  { path: '/audit', word: 'audit', letter: 'a', Icon: AuditOutlined },
  { path: '/calendars', word: 'calendars', letter: 'c', Icon: CalendarOutlined },
  { path: '/system', word: 'system', letter: 's', Icon: ClusterOutlined },
] as const
