// The paths of a task's earlier versions, of what would be, and of firing what was again.
import type { Router } from '@koa/router'
import type { ApiDeps } from '../../deps.ts'
import { backfill, callOffBackfill, showBackfill } from '../backfill/backfill.ts'
import { previewResume } from '../what-if/resume-preview.ts'
import { simulate } from '../what-if/simulate.ts'
import { diffVersions, listVersions, revertTask } from './versions.ts'

export const servePast = (router: Router, deps: ApiDeps): void => {
  router.get('/api/v1/tasks/:group/:job/versions', listVersions(deps))
  router.get('/api/v1/tasks/:group/:job/versions/diff', diffVersions(deps))
  router.post('/api/v1/tasks/:group/:job/revert', revertTask(deps))
  router.post('/api/v1/tasks/:group/:job/simulate', simulate(deps))
  router.get('/api/v1/tasks/:group/:job/resume-preview', previewResume(deps))
  router.post('/api/v1/tasks/:group/:job/backfill', backfill(deps))
  router.get('/api/v1/tasks/:group/:job/backfill', showBackfill(deps))
  router.post('/api/v1/tasks/:group/:job/backfill/cancel', callOffBackfill(deps))
}
