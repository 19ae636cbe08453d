// Every path but the `.do` calls, as a table, and what becomes of a path or method that is not in it.
import { Router, type RouterContext } from '@koa/router'
import { answerRefusal } from './answer.ts'
import { serveConsole } from './console/routes.ts'
import type { ApiDeps } from './deps.ts'
import { live, ready } from './health.ts'
import { serveDescription } from './openapi/serve.ts'
import type { AgendaParts } from './v1/agenda/ground.ts'
import { serveAgenda } from './v1/agenda/routes.ts'
import { listActivity } from './v1/activity.ts'
import { bulkActions, continueBulk, listBulks, showBulk, startBulk } from './v1/bulk.ts'
import { deleteCalendar, listCalendars, putCalendar, showCalendar } from './v1/calendars.ts'
import { showDefaults } from './v1/defaults.ts'
import { listEvents } from './v1/events.ts'
import type { Feed } from './v1/feed/feed.ts'
import { exportActivity, exportRuns, exportTasks } from './v1/exports.ts'
import { explainInstant, listOccurrences } from './v1/occurrences.ts'
import { servePast } from './v1/past/routes.ts'
import { listNodes, listSettings } from './v1/nodes.ts'
import { showPreview } from './v1/preview.ts'
import { listProjections, rebuildProjection } from './v1/projections.ts'
import { testRecall } from './v1/recall-test.ts'
import { listGaps } from './v1/gaps.ts'
import { listLedger } from './v1/ledger.ts'
import { showSummary } from './v1/summary.ts'
import { cancel, rerun } from './v1/run-commands.ts'
import { listRuns, showRun } from './v1/runs.ts'
import { showStats } from './v1/stats.ts'
import { patchTask, pause, putTask, removeTask, resume, trigger } from './v1/task-changes.ts'
import { listGroups, listTasks, showTask } from './v1/tasks.ts'

export const routes = (deps: ApiDeps, feed: Feed, agenda: AgendaParts): Router => {
  const router = new Router()
  serveConsole(router)
  router.get('/health/live', live)
  router.get('/health/ready', ready(deps.readiness, deps.clock))
  router.get('/api/v1/defaults', showDefaults(deps))
  router.get('/api/v1/groups', listGroups(deps))
  router.get('/api/v1/tasks', listTasks(deps))
  router.get('/api/v1/tasks/:group/:job', showTask(deps))
  router.put('/api/v1/tasks/:group/:job', putTask(deps))
  router.patch('/api/v1/tasks/:group/:job', patchTask(deps))
  router.delete('/api/v1/tasks/:group/:job', removeTask(deps))
  router.post('/api/v1/tasks/:group/:job/pause', pause(deps))
  router.post('/api/v1/tasks/:group/:job/resume', resume(deps))
  router.post('/api/v1/tasks/:group/:job/trigger', trigger(deps))
  router.get('/api/v1/tasks/:group/:job/events', listEvents(deps))
  router.get('/api/v1/tasks/:group/:job/occurrences', listOccurrences(deps))
  router.get('/api/v1/tasks/:group/:job/why', explainInstant(deps))
  serveAgenda(router, deps, agenda)
  servePast(router, deps)
  router.get('/api/v1/runs', listRuns(deps))
  router.get('/api/v1/runs/:runId', showRun(deps))
  router.post('/api/v1/runs/:runId/cancel', cancel(deps))
  router.post('/api/v1/runs/:runId/rerun', rerun(deps))
  router.get('/api/v1/bulk', listBulks(deps))
  router.get('/api/v1/bulk/:id', showBulk(deps))
  for (const action of bulkActions) router.post(`/api/v1/bulk/${action}`, startBulk(deps, action))
  router.post('/api/v1/bulk/:id/continue', continueBulk(deps))
  router.post('/api/v1/recalls/test', testRecall(deps))
  router.get('/api/v1/activity', listActivity(deps))
  router.get('/api/v1/feed', feed.serve)
  router.get('/api/v1/ledger', listLedger(deps))
  router.get('/api/v1/gaps', listGaps(deps))
  router.get('/api/v1/stats', showStats(deps))
  router.get('/api/v1/stats/summary', showSummary(deps))
  router.get('/api/v1/exports/tasks', exportTasks(deps))
  router.get('/api/v1/exports/runs', exportRuns(deps))
  router.get('/api/v1/exports/activity', exportActivity(deps))
  router.post('/api/v1/preview', showPreview(deps))
  router.get('/api/v1/nodes', listNodes(deps))
  router.get('/api/v1/settings', listSettings(deps))
  router.get('/api/v1/calendars', listCalendars(deps))
  router.get('/api/v1/calendars/:name', showCalendar(deps))
  router.put('/api/v1/calendars/:name', putCalendar(deps))
  router.delete('/api/v1/calendars/:name', deleteCalendar(deps))
  router.get('/api/v1/projections', listProjections(deps))
  router.post('/api/v1/projections/:name/rebuild', rebuildProjection(deps))
  router.get('/api/v1/openapi.json', serveDescription(router))
  return router
}

/** Behind the router: the path has no route, or none for this method. */
export const unmatched = (ctx: RouterContext): void => {
  const allowed = new Set((ctx.matched ?? []).flatMap((layer) => layer.methods))
  if (allowed.size === 0) return answerRefusal(ctx, { type: 'PathUnknown', path: ctx.path })
  const { method } = ctx
  answerRefusal(ctx, { type: 'MethodNotAllowed', method, allowed: [...allowed].sort() })
}
