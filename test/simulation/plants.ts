// Bugs to plant in the source: each changes one place of one file, as a mistake might. Whoever breaks
// the source by hand does the same. The simulation has to find each of them within a few hours.
// `npm run sim -- --plant <name> --runs 10` plants one in a copy of the source; see planting.ts.

export interface Plant {
  readonly file: string
  /** Stands there exactly once. */
  readonly find: string
  readonly replace: string
}

const decider: Readonly<Record<string, Plant>> = {
  'decide-while-paused': {
    file: 'src/domain/task/occurrences.ts',
    find: "if (state.status !== 'Active') return E.right([])",
    replace: "if (state.status !== 'Active' && state.status !== 'Paused') return E.right([])",
  },
  'fire-at-the-end-of-an-interval': {
    file: 'src/domain/schedule/simple-trigger.ts',
    find: 'Math.ceil((grid.endMs - grid.startMs) / grid.intervalMs) - 1',
    replace: 'Math.ceil((grid.endMs - grid.startMs) / grid.intervalMs)',
  },
  'fire-after-the-end-of-a-cron': {
    file: 'src/domain/schedule/timetable.ts',
    find: 'return found === null || found > endMs ? null : found',
    replace: 'return found',
  },
  'forget-what-a-replace-skips': {
    file: 'src/domain/task/transitions.ts',
    find: 'return E.right([...settled.right, replaced])',
    replace: 'return E.right([replaced])',
  },
  'forget-what-a-delete-skips': {
    file: 'src/domain/task/transitions.ts',
    find: 'return E.right([...settled.right, ...cancelled, deleted])',
    replace: 'return E.right([...cancelled, deleted])',
  },
  'forget-what-a-pause-skips': {
    file: 'src/domain/task/transitions.ts',
    find: "return E.right([...settled.right, { type: 'TaskPaused'",
    replace: "return E.right([{ type: 'TaskPaused'",
  },
  'forget-what-a-resume-skips': {
    file: 'src/domain/task/transitions.ts',
    find: "...(span === null ? [] : [skipped('paused', span, issuedAt, trigger)]),",
    replace: '',
  },
  'decide-a-millisecond-ahead': {
    file: 'src/domain/schedule/settle-verdicts.ts',
    find: 'decidedThrough: instantAt(Math.max(due.now, due.trigger.decidedThrough))',
    replace: 'decidedThrough: instantAt(Math.max(due.now, due.trigger.decidedThrough) + 1)',
  },
  'decide-a-millisecond-short': {
    file: 'src/domain/schedule/settle-verdicts.ts',
    find: 'decidedThrough: instantAt(Math.max(due.now, due.trigger.decidedThrough))',
    replace: 'decidedThrough: instantAt(Math.max(due.now - 1, due.trigger.decidedThrough))',
  },
  'go-back-with-the-clock': {
    file: 'src/domain/schedule/settle-verdicts.ts',
    find: 'decidedThrough: instantAt(Math.max(due.now, due.trigger.decidedThrough))',
    replace: 'decidedThrough: due.now',
  },
  'count-runs-by-hand': {
    file: 'src/domain/task/transitions.ts',
    find: 'waitsFor: null,\n          trigger: state.trigger,',
    replace:
      'waitsFor: null,\n          trigger: { ...state.trigger, timesTriggered: state.trigger.timesTriggered + 1 },',
  },
  'settle-by-a-run-by-hand': {
    file: 'src/domain/task/transitions.ts',
    find: 'waitsFor: null,\n          trigger: state.trigger,',
    replace: 'waitsFor: null,\n          trigger: { ...state.trigger, decidedThrough: issuedAt },',
  },
  'catch-up-twice': {
    file: 'src/domain/schedule/settle-misfire.ts',
    find: "tail: [{ type: 'fire', cause: 'catch-up', scheduledFor: now }],",
    replace:
      "tail: [{ type: 'fire', cause: 'catch-up', scheduledFor: missed }, { type: 'fire', cause: 'catch-up', scheduledFor: now }],",
  },
  'catch-up-all-of-a-pause': {
    file: 'src/domain/schedule/settle.ts',
    find: ": input.schedule.misfire === 'ignore'\n        ? fireEach(paused, everyAge)",
    replace: ': missed !== null\n        ? fireEach(paused, everyAge)',
  },
  'catch-up-without-limit': {
    file: 'src/domain/schedule/settle-verdicts.ts',
    find: 'const limit = Math.min(firesMax, schedule.catchUpMax)',
    replace: 'const limit = firesMax',
  },
  'no-misfire-threshold': {
    file: 'src/domain/schedule/settle.ts',
    find: 'missed <= input.now - input.schedule.misfireThresholdMs',
    replace: 'missed <= input.now - 10 * input.schedule.misfireThresholdMs',
  },
  'overlap-in-spite-of-skip': {
    file: 'src/domain/task/occurrences.ts',
    find: "(overlap === 'skip' || (overlap === 'queueOne' && queued))",
    replace: "(overlap === 'queueOne' && queued)",
  },
  'overlap-in-spite-of-queue': {
    file: 'src/domain/task/occurrences.ts',
    find: "overlap === 'queueOne' ? newestOpen : null",
    replace: 'null',
  },
  'ignore-calendars-when-deciding': {
    file: 'src/domain/task/occurrences.ts',
    find: '    exclusions,\n  })\n  if (verdicts',
    replace: '    exclusions: null,\n  })\n  if (verdicts',
  },
  'one-retry-too-many': {
    file: 'src/domain/task/outcomes.ts',
    find: 'run.retriesUsed >= retries.max',
    replace: 'run.retriesUsed > retries.max',
  },
  'one-retry-too-few': {
    file: 'src/domain/task/outcomes.ts',
    find: 'run.retriesUsed >= retries.max',
    replace: 'run.retriesUsed + 1 >= retries.max',
  },
  'retry-for-a-deleted-task': {
    file: 'src/domain/task/outcomes.ts',
    find: "if (exhausted || state.status === 'Deleted') return null",
    replace: 'if (exhausted) return null',
  },
  'end-by-a-superseded-failure': {
    file: 'src/domain/task/outcomes.ts',
    find: 'if (failed.attempt < run.attempt) return run.phaseAt',
    replace: '',
  },
  'take-over-without-a-new-attempt': {
    file: 'src/domain/task/outcomes.ts',
    find: 'const attempt = run.attempt + 1',
    replace: 'const attempt = run.attempt',
  },
  'leave-ended-runs-open': {
    file: 'src/domain/task/evolve.ts',
    find: 'return { ...state, runs: withoutRun(state.runs, event.runId), uncarried, sinceChange }',
    replace: 'return { ...state, uncarried, sinceChange }',
  },
  'lose-runs-when-books-are-carried': {
    file: 'src/domain/task/carry-forward.ts',
    find: 'runs: [...state.runs.values()].map((run) => ({ ...run, definition: indexOf(run.definition) })),',
    replace: 'runs: [],',
  },
  'lose-the-end-of-a-pause-when-books-are-carried': {
    file: 'src/domain/task/carry-forward.ts',
    find: "pausedUntil: state.status === 'Paused' ? state.until : null",
    replace: 'pausedUntil: null',
  },
  'withdraw-nothing': {
    file: 'src/domain/task/evolve.ts',
    find: "if (unbegun && run.withdraw === null && (because === 'deleted' || !personal))",
    replace: "if (unbegun && run.withdraw === null && because === 'deleted')",
  },
  'withdraw-what-was-accepted': {
    file: 'src/domain/task/evolve.ts',
    find: "phase: 'accepted',\n          phaseAt: event.deadlineAt,\n          withdraw: null,",
    replace: "phase: 'accepted',\n          phaseAt: event.deadlineAt,",
  },
  'ignore-the-catch-up-window': {
    file: 'src/domain/schedule/settle-verdicts.ts',
    find: '(schedule.catchUpWindowMs === null || missed >= now - schedule.catchUpWindowMs)',
    replace: '(schedule.catchUpWindowMs === null || missed <= now)',
  },
  'never-catch-up': {
    file: 'src/domain/schedule/settle-verdicts.ts',
    find: '  schedule.catchUpMax >= 1 &&',
    replace: '  schedule.catchUpMax >= 1_000 &&',
  },
  'do-nothing-unless-told-otherwise': {
    file: 'src/domain/schedule/misfire.ts',
    find: "    case 'smart':\n    case 'fireOnceNow':",
    replace: "    case 'smart':\n      return nextAfter(nowMs)\n    case 'fireOnceNow':",
  },
  'no-spread-when-deciding': {
    file: 'src/domain/task/occurrences.ts',
    find: 'now: instantAt(issuedAt - spreadOf(taskId, schedule.jitterMs)),',
    replace: 'now: issuedAt,',
  },
  'resume-though-the-pause-was-prolonged': {
    file: 'src/domain/task/transitions.ts',
    find: 'if (command.onlyIfOver && (state.until === null || state.until > issuedAt)) return E.right([])',
    replace: 'if (command.onlyIfOver && state.until === null) return E.right([])',
  },
  'queue-none-after-a-queued-one': {
    file: 'src/domain/task/occurrences.ts',
    find: 'if (waitsFor !== null) queued = true',
    replace: '',
  },
  'take-books-for-a-change': {
    file: 'src/domain/task/carry-forward.ts',
    find: 'sinceChange: state.sinceChange + 1,',
    replace: 'sinceChange: 0,',
  },
  'begin-again-before-the-last-decision': {
    file: 'src/domain/task/transitions.ts',
    find: 'if (fresh.decidedThrough >= decidedThrough) return fresh',
    replace: 'if (decidedThrough >= 0) return fresh',
  },
  'forget-the-last-decision-of-the-deleted': {
    file: 'src/domain/task/evolve.ts',
    find: 'decidedThrough: later(state.trigger.decidedThrough, event.deletedAt),',
    replace: 'decidedThrough: event.deletedAt,',
  },
  'keep-the-first-end-of-a-pause': {
    file: 'src/domain/task/transitions.ts',
    find: 'if (state.until === until) return E.right([]) // already so: nothing to record',
    replace: 'if (state.until === until || until !== null) return E.right([])',
  },
  'wait-no-longer-each-time': {
    file: 'src/domain/task/outcomes.ts',
    find: 'retries.backoffMs * retries.factor ** used',
    replace: 'retries.backoffMs * retries.factor',
  },
  'take-the-time-limit-for-the-deadline': {
    file: 'src/domain/task/outcomes.ts',
    find: 'run.definition.policy.reportDeadlineMs',
    replace: 'run.definition.policy.timeoutMs',
  },
  'take-accepted-for-done': {
    file: 'src/domain/task/outcomes.ts',
    find: "    case 'accepted':\n      if (run.phase === 'accepted') return E.right([])\n",
    replace:
      "    case 'accepted':\n      if (run) return recordAttempt({ ...command, result: { ...result, type: 'succeeded' } }, state)\n",
  },
  'count-a-superseded-failure': {
    file: 'src/domain/task/evolve.ts',
    find: 'attempt < run.attempt || retryAt === null',
    replace: 'retryAt === null',
  },
  'withdraw-by-hand-too': {
    file: 'src/domain/task/evolve.ts',
    find: "(because === 'deleted' || !personal)",
    replace: "(because === 'deleted' || personal || !personal)",
  },
}

const handler: Readonly<Record<string, Plant>> = {
  'append-at-any-revision': {
    file: 'src/commands/command-handler.ts',
    find: "expected: revision ?? 'none',",
    replace: "expected: 'any',",
  },
  'swallow-a-conflict': {
    file: 'src/commands/command-handler.ts',
    find: 'cache.delete(stream)\n    }\n    return E.left({ type:',
    replace:
      'cache.delete(stream)\n      return E.right({ ...after, revision: outcome.right.actual, position: null })\n    }\n    return E.left({ type:',
  },
  'new-ids-after-no-answer': {
    file: 'src/commands/command-handler.ts',
    find: 'const answered = await store.append([append])()',
    replace:
      'const answered = await store.append([{ ...append, events: append.events.map((event) => ({ ...event, id: deps.newEventId() })) }])()',
  },
  'no-answer-is-a-success': {
    file: 'src/commands/command-handler.ts',
    find: 'const { retryable } = answered.left',
    replace:
      "const { retryable } = answered.left\n      const at = typeof append.expected === 'number' ? append.expected : -1\n      if (waitMs > 0) return E.right({ type: 'Appended', revision: at + append.events.length, position: '0' })",
  },
  'refuse-by-what-was': {
    file: 'src/commands/command-handler.ts',
    find: 'if (nothing && fromCache) {',
    replace: 'if (nothing && fromCache && stream === undefined) {',
  },
  'find-nothing-written-before': {
    file: 'src/commands/once.ts',
    find: 'const isOurs = correlationOf(recorded) === correlationId',
    replace: 'const isOurs = false && correlationOf(recorded) === correlationId',
  },
  'overwrite-what-was-not-seen': {
    file: 'src/commands/command-handler.ts',
    find: 'return actual !== null && changedAt !== null && changedAt <= expected && expected <= actual',
    replace: 'return actual !== null && changedAt !== null && expected <= actual',
  },
}

const scheduler: Readonly<Record<string, Plant>> = {
  'forget-to-take-over': {
    file: 'src/scheduler/plan.ts',
    find: "? { type: 'TakeOverRun', runId }",
    replace: '? null',
  },
  'forget-retries': {
    file: 'src/scheduler/plan.ts',
    find: "return phaseAt <= context.now ? { type: 'Dispatch', run } : null",
    replace: 'return null',
  },
  'forget-report-deadlines': {
    file: 'src/scheduler/plan.ts',
    find: "return phaseAt <= context.now ? { type: 'ExpireRun', runId } : null",
    replace: 'return null',
  },
  'sleep-through-report-deadlines': {
    file: 'src/scheduler/agenda/due.ts',
    find: "(run) => run.phase !== 'calling' && !inHand(run.runId),",
    replace: "(run) => run.phase === 'waiting' && !inHand(run.runId),",
  },
  'overtake-the-run-waited-for': {
    file: 'src/scheduler/plan.ts',
    find: 'if (waits) return null',
    replace: '',
  },
  'skip-the-replay-on-take-over': {
    file: 'src/scheduler/agenda/horizon.ts',
    find: 'if (through === null) return E.right(undefined)',
    replace: 'if (through !== null || after === null) return E.right(undefined)',
  },
  'hold-nothing-beyond-the-horizon': {
    file: 'src/scheduler/scheduler.ts',
    find: '(at <= horizon.end() || !isInTable)',
    replace: 'at <= horizon.end()',
  },
  'never-refill-the-horizon': {
    file: 'src/scheduler/agenda/horizon.ts',
    find: 'await read(keeper.kept(), readThrough, next)',
    replace: 'flushed',
  },
  'drop-the-second-page-of-the-agenda': {
    file: 'src/scheduler/agenda/agenda-keeper.ts',
    find: 'if (last === undefined || page.right.length < rowsPerPage) return E.right(undefined)',
    replace: 'return E.right(undefined)',
  },
  'forget-what-a-failed-write-held': {
    file: 'src/scheduler/agenda/agenda-keeper.ts',
    find: 'for (const stream of streams) if (isIn(collected, stream)) changed.add(stream)',
    replace: '',
  },
  'leave-runs-under-way-out-of-the-agenda': {
    file: 'src/scheduler/agenda/due.ts',
    find: 'earliestOf(transitionAt(taskId, state), state, () => true)',
    replace: "earliestOf(transitionAt(taskId, state), state, (run) => run.phase !== 'calling')",
  },
  'ignore-changed-calendars': {
    file: 'src/commands/calendars.ts',
    find: 'if (page.events.length > 0) snapshot = snapshotOf(known)',
    replace:
      'if (page.events.length > 0 && snapshot === noCalendars) snapshot = snapshotOf(new Map(known))',
  },
  'go-by-the-local-clock': {
    file: 'src/nodes/shared-clock.ts',
    find: 'now: () => (estimate === null ? own.now() : Math.floor(own.monotonicNow() + estimate.ahead)),',
    replace: 'now: () => own.now(),',
  },
  'decide-however-wrong-the-clock': {
    file: 'src/nodes/shared-clock.ts',
    find: 'if (hasStepped || errorNow(estimate, at) > offMaxMs)',
    replace: 'if (estimate !== null) return { trusted: true, offsetMs }\n    if (hasStepped)',
  },
  'believe-what-clock-a-lease-has': {
    file: 'src/runtime/vigil.ts',
    find: 'return before.mark === mark ? before.since : watchedMs',
    replace: 'return lapsed ? -Infinity : watchedMs',
  },
  'hand-shares-over-and-go-on': {
    file: 'src/scheduler/ownership/moves.ts',
    find: 'if (handedOver.length > 0) await scheduler.handOver(handedOver)',
    replace: '',
  },
  'keep-lost-shares': {
    file: 'src/scheduler/ownership/moves.ts',
    find: '    scheduler.drop(shares)\n',
    replace: '',
  },
  'stay-in-office': {
    file: 'src/scheduler/ownership/ownership.ts',
    find: 'isOver ||= clock.monotonicNow() >= reliedUntil || !deps.isSure()\n    return !isOver',
    replace: 'return true',
  },
  'call-what-others-are-calling': {
    file: 'src/scheduler/scheduler.ts',
    find: 'elsewhere = new Map(calls.map(({ runId, stream }) => [runId, stream]))',
    replace: 'elsewhere = new Map()',
  },
  'miss-news-while-busy': {
    file: 'src/scheduler/attend.ts',
    find: 'if (retryAt === null || again.delete(stream)) attend(stream)',
    replace: 'if (retryAt === null) attend(stream)',
  },
  'give-up-after-trouble': {
    file: 'src/scheduler/attend.ts',
    find: 'else deps.wake(stream, retryAt, false)',
    replace: '',
  },
  'follow-without-attending': {
    file: 'src/scheduler/scheduler.ts',
    find: 'if (caughtUp) attendant.attendNews(stream)',
    replace: '',
  },
  'a-checkpoint-of-later': {
    file: 'src/scheduler/agenda/agenda-keeper.ts',
    find: '    return deps.agenda.write([], shares, through)()',
    replace: '    return deps.agenda.write([], shares, position)()',
  },
  'read-from-the-end-of-the-horizon': {
    file: 'src/scheduler/agenda/horizon.ts',
    find: 'await read(keeper.kept(), readThrough, next)',
    replace: 'await read(keeper.kept(), end, next)',
  },
  'call-in-spite-of-predecessor-under-way': {
    file: 'src/scheduler/plan.ts',
    find: 'const waits = run.waitsFor !== null && state.runs.has(run.waitsFor)',
    replace: 'const waits = run.waitsFor !== null && context.calling(run.waitsFor)',
  },
  'retry-at-once': {
    file: 'src/scheduler/plan.ts',
    find: "return phaseAt <= context.now ? { type: 'Dispatch', run } : null",
    replace: "return { type: 'Dispatch', run }",
  },
  'keep-silent-of-a-wrong-clock': {
    file: 'src/nodes/presence.ts',
    find: "    say({ ...ofSelf(), type: 'SuspectClock', because, offsetMs })\n",
    replace: '',
  },
}

const recall: Readonly<Record<string, Plant>> = {
  'new-id-on-retry': {
    file: 'src/scheduler/recall/dispatcher.ts',
    find: 'const reply = await transport.call({\n        runId: run.runId,',
    replace:
      "const reply = await transport.call({\n        runId: run.attempt === 1 ? run.runId : run.runId.replace(/^./, (c) => (c === 'f' ? '0' : 'f')),",
  },
  'forget-failures': {
    file: 'src/scheduler/recall/dispatcher.ts',
    find: "if (cancellation.cancelled && reply.result.type === 'failed') return",
    replace: "if (reply.result.type === 'failed') return",
  },
  'tell-the-outcome-twice': {
    file: 'src/scheduler/recall/dispatcher.ts',
    find: 'const handled = await commands.handle(command, context)()',
    replace:
      'await commands.handle(command, context)()\n      const handled = await commands.handle(command, context)()',
  },
  'tell-the-wrong-attempt': {
    file: 'src/scheduler/recall/dispatcher.ts',
    find: 'attempt: run.attempt,\n        issuedAt',
    replace: 'attempt: 1,\n        issuedAt',
  },
  'call-what-is-withdrawn': {
    file: 'src/scheduler/recall/dispatcher.ts',
    find: 'if (run.withdraw !== null) {',
    replace: 'if (run.withdraw === undefined) {',
  },
  'call-what-has-ended': {
    file: 'src/scheduler/recall/dispatcher.ts',
    find: 'state?.runs.get(run.runId) ?? null',
    replace: 'run',
  },
  'ignore-the-time-limit': {
    file: 'src/scheduler/recall/dispatcher.ts',
    find: 'timeoutMs: run.definition.policy.timeoutMs,',
    replace: 'timeoutMs: 30_000,',
  },
  'ignore-a-limit-of-a-task': {
    file: 'src/scheduler/recall/dispatcher.ts',
    find: 'task: limitsOf(taskId, run),',
    replace: 'task: null,',
  },
  'call-without-office': {
    file: 'src/scheduler/recall/dispatcher.ts',
    find: 'if (run === null || !deps.mayCall(taskId)) return',
    replace: 'if (run === null) return',
  },
  'never-give-slots-back': {
    file: 'src/scheduler/recall/gates.ts',
    find: 'leave: () => (busy -= 1),',
    replace: 'leave: () => busy,',
  },
}

const readModels: Readonly<Record<string, Plant>> = {
  'leave-ended-runs-in-the-list': {
    file: 'src/projections/batch.ts',
    find: 'if (!begun.has(runId)) folding.noLongerOpen.add(runId)',
    replace: '',
  },
  'lose-the-last-row-of-a-batch': {
    file: 'src/projections/batch.ts',
    find: 'for (const entry of entries) foldEntry(folded, entry)',
    replace:
      'for (const entry of entries.length > 1 ? entries.slice(0, -1) : entries) foldEntry(folded, entry)',
  },
  'forget-runs-between-batches': {
    file: 'src/projections/batch.ts',
    find: '    memory.runs.set(runId, projected.run)\n',
    replace: '',
  },
}

export const plants: Readonly<Record<string, Plant>> = {
  ...decider,
  ...handler,
  ...scheduler,
  ...recall,
  ...readModels,
}
