// The whole description of the API: every route of the router, in its order, then the `.do` calls.
// A route nobody describes, and a description of no route, are bugs and are thrown.
import type { Router } from '@koa/router'
import { Problem } from '../v1/answers/problem.ts'
import { parametersOf } from '../v1/question.ts'
import { describeOperation, type Route } from './describe-operation.ts'
import type { Operations, Tag } from './operation.ts'
import { dispatchserverOperations } from './operations/dispatchserver.ts'
import { runOperations } from './operations/runs.ts'
import { bulkOperations, calendarOperations, serviceOperations } from './operations/service.ts'
import { taskChanges, taskQuestions } from './operations/tasks.ts'
import { answerHeaders, headerParameters, problemResponse, refusalStatuses } from './responses.ts'
import { createComponents, schemaOf } from './schema-of.ts'

const operations: Operations = {
  ...taskQuestions,
  ...taskChanges,
  ...runOperations,
  ...bulkOperations,
  ...calendarOperations,
  ...serviceOperations,
  ...dispatchserverOperations,
}

const tags: Readonly<Record<Tag, string>> = {
  Tasks: 'Which tasks are there, and what became of them?',
  'Changing tasks': 'Each with a reason, at the revision its caller has seen.',
  Bulk: 'One command for many tasks.',
  Runs: 'What was started, and how it ended.',
  Recalls: 'One call by hand.',
  Schedules: 'What would fire, and what will.',
  Calendars: 'Times at which nothing fires.',
  Activity: 'What was decided and done.',
  Service: 'The service itself.',
  Dispatchserver: 'The calls of the original service, always answered with 200.',
}

export const describeApi = (router: Router) => {
  const components = createComponents()
  schemaOf(Problem, components)
  const paths: Record<string, Record<string, object>> = {}
  const left = new Set(Object.keys(operations))
  for (const route of routesOf(router)) {
    const name = `${route.method} ${route.path}`
    const operation = operations[name]
    if (operation === undefined) throw new Error(`nobody describes ${name}`)
    left.delete(name)
    paths[route.path] ??= {}
    Object.assign(paths[route.path] ?? {}, {
      [route.method.toLowerCase()]: describeOperation(route, operation, components),
    })
  }
  if (left.size > 0) throw new Error(`described, but no route: ${[...left].join(', ')}`)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Carillon',
      version: '1',
      contact: { name: 'Carillon' },
      description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The service that gives this description.' }],
    security: [],
    tags: Object.entries(tags).map(([name, about]) => ({ name, description: about })),
    paths,
    components: {
      schemas: Object.fromEntries([...components.schemas].sort(byName)),
      parameters: headerParameters,
      headers: answerHeaders,
      responses: Object.fromEntries(
        refusalStatuses.map((status) => [`Problem${status}`, problemResponse(status)]),
      ),
    },
  }
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : 1

const description = `Tasks, when they fire and whom they call, and everything that was decided about them.

Every answer is JSON; a refusal is problem+json and names what is wrong. Lists come in pages: \`next\` is the \`cursor\` of the next one. Every change answers with its position, and a question with \`after\` that position contains it.`

const routesOf = (router: Router): readonly Route[] => [
  ...router.stack.flatMap(({ methods, path, stack }) =>
    typeof path === 'string' && /^\/(api|health)\//.test(path)
      ? methods
          .filter((method) => method !== 'HEAD')
          .map((method) => ({
            method,
            path: path.replaceAll(/:(\w+)/g, '{$1}'),
            fields: stack.map(parametersOf).find((fields) => fields !== null) ?? null,
          }))
      : [],
  ),
  ...Object.keys(dispatchserverOperations).map((name) => ({
    method: 'POST',
    path: name.replace('POST ', ''),
    fields: null,
  })),
]
