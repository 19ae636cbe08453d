// The paths of what is to come. They share one roster of the service's tasks.
import type { Router } from '@koa/router'
import type { ApiDeps } from '../../deps.ts'
import { listAgenda, showLoad } from './agenda.ts'
import { createRosterKeeper } from './roster.ts'
import { createRulesAt } from './rules-at.ts'

export const serveAgenda = (router: Router, deps: ApiDeps): void => {
  const withRoster = {
    ...deps,
    roster: createRosterKeeper(deps.queries),
    rulesAt: createRulesAt(deps),
  }
  router.get('/api/v1/agenda', listAgenda(withRoster))
  router.get('/api/v1/agenda/load', showLoad(withRoster))
}
