// The paths of a task's earlier versions, and of what would be.
import type { Router } from '@koa/router'
import type { ApiDeps } from '../../deps.ts'
import { previewResume } from '../what-if/resume-preview.ts'
import { simulate } from '../what-if/simulate.ts'
import { diffVersions, listVersions, revertTask } from './versions.ts'

export const servePast = (router: Router, deps: ApiDeps): void => {
  router.get('/api/v1/tasks/:group/:job/versions', listVersions(deps))
  router.get('/api/v1/tasks/:group/:job/versions/diff', diffVersions(deps))
  router.post('/api/v1/tasks/:group/:job/revert', revertTask(deps))
  router.post('/api/v1/tasks/:group/:job/simulate', simulate(deps))
  router.get('/api/v1/tasks/:group/:job/resume-preview', previewResume(deps))
}
