// The state of the form: what is written, against what it is compared, and what saving answered.
import { App } from 'antd'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { ApiError, command, taskPath } from '../api/client.ts'
import type { FieldProblem, Task } from '../api/types.ts'
import { useWords } from '../preferences.tsx'
import { rebased } from './differences.ts'
import { bodyOf, draftOf, type Draft } from './draft.ts'
import { saveNew, saveOver, type Saved } from './save.ts'
import { editorWords } from './words.ts'

interface Trouble {
  readonly error: ApiError
  readonly problems: readonly FieldProblem[]
}

const keyOf = ({ group, job }: Draft) => ({ group: group.trim(), job: job.trim() })

export const useForm = (first: Draft, task: Task | null) => {
  const say = useWords(editorWords)
  const { message } = App.useApp()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [draft, setDraft] = useState(first)
  const [start, setStart] = useState(first)
  const [base, setBase] = useState(task)
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [conflict, setConflict] = useState<Task | null>(null)
  const [sending, setSending] = useState(false)
  const [reviewing, review] = useState(false)

  // Asked by what guards against leaving, also right after saving, before anything is drawn again.
  const dirty = useRef(false)
  useEffect(() => {
    dirty.current = JSON.stringify(draft) !== JSON.stringify(start)
  }, [draft, start])
  const isDirty = useCallback(() => dirty.current, [])

  useEffect(() => {
    if (trouble !== null) document.querySelector<HTMLElement>('[aria-invalid=true]')?.focus()
  }, [trouble])

  const save = async (how: () => Promise<Saved>): Promise<void> => {
    setSending(true)
    setTrouble(null)
    try {
      const saved = await how()
      review(false)
      if (saved.type === 'changed') return setConflict(saved.task)
      dirty.current = false
      await client.invalidateQueries()
      void message.success(say(base === null ? 'added' : 'saved'))
      await navigate(taskPath(keyOf(draft)))
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      review(false)
      setTrouble(troubleOf(error))
    } finally {
      setSending(false)
    }
  }

  return {
    draft,
    base,
    error: trouble?.error ?? null,
    problems: trouble?.problems ?? [],
    sending,
    conflict,
    reviewing,
    review,
    isDirty,
    set: (change: Partial<Draft>) => {
      setTrouble(null)
      setDraft((before) => ({ ...before, ...change }))
    },
    add: () => save(() => saveNew(keyOf(draft), bodyOf(draft))),
    replace: async (reason: string, pauseAgain: boolean) => {
      if (base === null) return
      await save(async () => {
        const saved = await saveOver(base, bodyOf(draft), reason)
        if (saved.type === 'saved' && pauseAgain) await command('pause', base, reason)
        return saved
      })
    },
    keepMine: () => {
      if (conflict === null) return
      const theirs = draftOf(conflict, conflict.definition)
      setDraft(rebased(start, draft, theirs))
      setStart(theirs)
      setBase(conflict)
      setConflict(null)
    },
    dropMine: () => {
      if (conflict === null) return
      const theirs = draftOf(conflict, conflict.definition)
      setDraft(theirs)
      setStart(theirs)
      setBase(conflict)
      setConflict(null)
    },
  }
}

/** That there is such a task already is a problem of its key. */
const troubleOf = (error: ApiError): Trouble => {
  const taken = { field: 'job', position: null, message: error.words.en, messageZh: error.words.zh }
  return { error, problems: error.status === 409 ? [taken] : error.problems }
}
