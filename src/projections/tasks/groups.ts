// Which groups are there, and how do they stand? Counts are kept with each group; only what runs at this
// moment is counted when asked.
import type * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { sql } from 'kysely'
import { answering, readFreshness, type Reading } from '../reading.ts'
import { selectRows } from '../rows.ts'
import type { GroupView, Listed, QueryFault } from '../views.ts'

const GroupRow = t.type({
  group: t.string,
  active: t.number,
  paused: t.number,
  completed: t.number,
  failing: t.number,
  running: t.number,
})

export const listGroups = (
  reading: Reading,
  tenant: string,
): TE.TaskEither<QueryFault, Listed<GroupView>> =>
  answering(async () => {
    const freshness = await readFreshness(reading)
    const { table } = reading
    const items = await selectRows(
      reading.db,
      GroupRow,
      sql`select task_group as "group", active, paused, completed, failing,
          coalesce(running, 0) as running
        from ${table('task_groups')} groups left join (
          select group_no, count(*) as running from ${table('open_runs')} group by group_no
        ) runs using (group_no)
        where tenant = ${tenant} and active + paused + completed > 0
        order by task_group`,
    )
    return { items, next: null, freshness }
  })
