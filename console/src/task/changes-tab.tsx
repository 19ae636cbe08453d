// Who changed this task, when and why; what each change changed, and the way back.
import type { Task } from '../api/types.ts'
import { Pages } from '../parts/pages.tsx'
import { Nothing } from '../parts/states.tsx'
import { useWords } from '../preferences.tsx'
import { ChangeEntry } from './change-entry.tsx'
import { hasDefinition, useChanges } from './changes.ts'
import { taskWords } from './words.ts'

export const ChangesTab = ({ task }: { readonly task: Task }) => {
  const say = useWords(taskWords)
  const list = useChanges(task)
  const changes = list.data?.pages.flatMap((page) => page.activity) ?? []
  const current = changes.find(hasDefinition)
  return (
    <Pages of={list}>
      {changes.length === 0 ? (
        <Nothing title={say('noChanges')} hint={say('noChangesHint')} />
      ) : (
        <ol className="changes">
          {changes.map((change, i) => (
            <ChangeEntry
              key={change.revision}
              task={task}
              change={change}
              before={changes.slice(i + 1).find(hasDefinition) ?? null}
              isFirst={i === changes.length - 1 && !list.hasNextPage}
              isCurrent={change === current}
            />
          ))}
        </ol>
      )}
    </Pages>
  )
}
