// The paths of a task's earlier versions.
import type { Router } from '@koa/router'
import type { ApiDeps } from '../../deps.ts'
import { diffVersions, listVersions, revertTask } from './versions.ts'

export const servePast = (router: Router, deps: ApiDeps): void => {
  router.get('/api/v1/tasks/:group/:job/versions', listVersions(deps))
  router.get('/api/v1/tasks/:group/:job/versions/diff', diffVersions(deps))
  router.post('/api/v1/tasks/:group/:job/revert', revertTask(deps))
}
