// What kind of thing happened, at a glance: an icon with the colour of its meaning.
import {
  CheckCircleFilled,
  ClockCircleFilled,
  CloseCircleFilled,
  DeleteFilled,
  EditFilled,
  ExperimentFilled,
  FlagFilled,
  ForwardFilled,
  PauseCircleFilled,
  PlayCircleFilled,
  PlusCircleFilled,
  QuestionCircleFilled,
  StopFilled,
  SwapOutlined,
  ThunderboltFilled,
} from '@ant-design/icons'

type Mark = readonly [tone: string, Icon: typeof EditFilled]
const unknown: Mark = ['still', QuestionCircleFilled]
const marks: Readonly<Record<string, Mark>> = {
  TaskAdded: ['busy', PlusCircleFilled],
  TaskReplaced: ['busy', EditFilled],
  TaskPaused: ['still', PauseCircleFilled],
  TaskResumed: ['busy', PlayCircleFilled],
  TaskDeleted: ['bad', DeleteFilled],
  TaskCompleted: ['still', FlagFilled],
  TaskTriggered: ['busy', ThunderboltFilled],
  OccurrencesSkipped: ['late', ForwardFilled],
  RecallSucceeded: ['good', CheckCircleFilled],
  RecallFailed: ['bad', CloseCircleFilled],
  RecallAccepted: ['busy', ClockCircleFilled],
  RecallTimedOut: ['bad', ClockCircleFilled],
  RecallTakenOver: ['late', SwapOutlined],
  RecallReportedLate: ['late', ClockCircleFilled],
  RunCancelled: ['still', StopFilled],
  RecallTested: ['still', ExperimentFilled],
}

export const EventMark = ({ type }: { readonly type: string }) => {
  const [tone, Icon] = marks[type] ?? unknown
  return (
    <span className={`mark ${tone}`}>
      <Icon aria-hidden />
    </span>
  )
}
