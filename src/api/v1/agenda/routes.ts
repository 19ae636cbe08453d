// The paths of what is to come. They share one roster of the service's tasks.
import type { Router } from '@koa/router'
import type { ApiDeps } from '../../deps.ts'
import { listAgenda, showLoad } from './agenda.ts'
import type { AgendaParts } from './ground.ts'

export const serveAgenda = (router: Router, deps: ApiDeps, parts: AgendaParts): void => {
  const withRoster = { ...deps, ...parts }
  router.get('/api/v1/agenda', listAgenda(withRoster))
  router.get('/api/v1/agenda/load', showLoad(withRoster))
}
