// A state as icon, colour and word; never colour alone.
import {
  CheckCircleFilled,
  ClockCircleFilled,
  CloseCircleFilled,
  MinusCircleFilled,
  PauseCircleFilled,
  PlayCircleFilled,
  StopFilled,
  SyncOutlined,
} from '@ant-design/icons'
import type { Outcome, Status } from '../api/types.ts'
import { usePreferences } from '../preferences.tsx'

const marks = {
  Active: ['good', PlayCircleFilled],
  Paused: ['still', PauseCircleFilled],
  Completed: ['still', CheckCircleFilled],
  Deleted: ['still', StopFilled],
  running: ['busy', SyncOutlined],
  retrying: ['late', ClockCircleFilled],
  accepted: ['busy', ClockCircleFilled],
  succeeded: ['good', CheckCircleFilled],
  failed: ['bad', CloseCircleFilled],
  'timed-out': ['bad', ClockCircleFilled],
  cancelled: ['still', MinusCircleFilled],
} as const

export const StateMark = ({ state }: { readonly state: Status | Outcome }) => {
  const { say } = usePreferences()
  const [tone, Icon] = marks[state]
  return (
    <span className={`mark ${tone}`}>
      <Icon aria-hidden /> {say(state)}
    </span>
  )
}
