// The pages of the console, in the order of the side bar, each with the letter that goes there.
import { AuditOutlined, HistoryOutlined, ScheduleOutlined } from '@ant-design/icons'

export const destinations = [
  { path: '/tasks', word: 'tasks', letter: 't', Icon: ScheduleOutlined },
  { path: '/runs', word: 'runs', letter: 'r', Icon: HistoryOutlined },
  { path: '/audit', word: 'audit', letter: 'a', Icon: AuditOutlined },
] as const
