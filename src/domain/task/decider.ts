// The rules of a task, assembled: one exhaustive switch from command to decision.
import type { Decider } from '../decider.ts'
import { backfillTask, cancelBackfill } from './backfill.ts'
import { carryForward, carryForwardNow } from './carry-forward.ts'
import type { TaskCommand } from './commands.ts'
import type { TaskEvent } from './events.ts'
import { evolve } from './evolve.ts'
import { decideOccurrences } from './occurrences.ts'
import {
  cancelRun,
  expireRun,
  recordAttempt,
  reportRun,
  takeOverRun,
  withdrawRun,
} from './outcomes.ts'
import type { TaskRejection } from './rejections.ts'
import { absent, type TaskState } from './state.ts'
import {
  addTask,
  deleteTask,
  pauseTask,
  rerunTask,
  resumeTask,
  triggerTask,
} from './transitions.ts'

export const taskDecider: Decider<TaskCommand, TaskState, TaskEvent, TaskRejection> = {
  initialState: absent,
  decide: (command, state) => {
    switch (command.type) {
      case 'AddTask':
        return addTask(command, state)
      case 'PauseTask':
        return pauseTask(command, state)
      case 'ResumeTask':
        return resumeTask(command, state)
      case 'DeleteTask':
        return deleteTask(command, state)
      case 'TriggerTask':
        return triggerTask(command, state)
      case 'RerunTask':
        return rerunTask(command, state)
      case 'BackfillTask':
        return backfillTask(command, state)
      case 'CancelBackfill':
        return cancelBackfill(command, state)
      case 'DecideOccurrences':
        return decideOccurrences(command, state)
      case 'RecordAttempt':
        return recordAttempt(command, state)
      case 'ReportRun':
        return reportRun(command, state)
      case 'ExpireRun':
        return expireRun(command, state)
      case 'WithdrawRun':
        return withdrawRun(command, state)
      case 'CancelRun':
        return cancelRun(command, state)
      case 'TakeOverRun':
        return takeOverRun(command, state)
      case 'CarryForward':
        return carryForwardNow(command, state)
    }
  },
  evolve,
  carryForward,
  sinceChange: ({ sinceChange }) => sinceChange,
  carriesState: (event) => event.type === 'TaskCarriedForward',
}
