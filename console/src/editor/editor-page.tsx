// A task is written: a new one, a copy of one, or one that is there. The task is read once; what
// happens to it meanwhile shows when it is saved.
import { useQuery } from '@tanstack/react-query'
import { useParams, useSearchParams } from 'react-router'
import { get, taskPath, type Key } from '../api/client.ts'
import { Defaults, Task } from '../api/types.ts'
import { Failed, Loading } from '../parts/states.tsx'
import { useWords } from '../preferences.tsx'
import { draftOf, newDraft } from './draft.ts'
import { Editor } from './editor.tsx'
import { editorWords } from './words.ts'

const once = { staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false } as const

const useTaskOnce = (key: Key | null) =>
  useQuery({
    ...once,
    queryKey: ['task to edit', key],
    enabled: key !== null,
    queryFn: ({ signal }) => get(key === null ? '' : taskPath(key), Task, signal),
  })

export const NewTaskPage = () => {
  const say = useWords(editorWords)
  const [query] = useSearchParams()
  const [group, job] = [query.get('group'), query.get('job')]
  const model = group === null || job === null ? null : { group, job }
  const defaults = useQuery({
    ...once,
    queryKey: ['defaults'],
    queryFn: ({ signal }) => get('/defaults', Defaults, signal),
  })
  const copied = useTaskOnce(model)
  if (defaults.error !== null) return <Failed error={defaults.error} retry={defaults.refetch} />
  if (copied.error !== null) return <Failed error={copied.error} retry={copied.refetch} />
  if (defaults.data === undefined || (model !== null && copied.data === undefined))
    return <Loading />
  const blank = { ...newDraft(defaults.data), group: group ?? '' }
  const start =
    model === null || copied.data === undefined
      ? blank
      : draftOf({ group: model.group, job: '' }, copied.data.definition)
  const title = model === null ? say('newTitle') : say('duplicateOf', `${model.group}/${model.job}`)
  return <Editor key={title} title={title} start={start} task={null} />
}

export const EditTaskPage = () => {
  const say = useWords(editorWords)
  const { group = '', job = '' } = useParams()
  const task = useTaskOnce({ group, job })
  if (task.error !== null) return <Failed error={task.error} retry={task.refetch} />
  if (task.data === undefined) return <Loading />
  const start = draftOf({ group, job }, task.data.definition)
  const title = say('editTitle', `${group}/${job}`)
  return <Editor key={taskPath({ group, job })} title={title} start={start} task={task.data} />
}
