// What the palette offers for what is typed: pages and actions by their names, tasks by the same
// search as the list, a run by its id.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { useNavigate } from 'react-router'
import { get, taskPath } from '../api/client.ts'
import { Tasks } from '../api/types.ts'
import { usePreferences, useWords } from '../preferences.tsx'
import { destinations } from './destinations.ts'
import { shellWords } from './words.ts'

export interface Entry {
  readonly id: string
  readonly kind: 'pages' | 'tasks' | 'actions'
  readonly title: string
  readonly hint: string
  readonly run: () => unknown
}

const tasksMax = 8
const runId = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i

const useFoundTasks = (text: string) =>
  useQuery({
    queryKey: ['palette', text],
    enabled: text !== '',
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      get(`/tasks?${new URLSearchParams({ limit: String(tasksMax), q: text })}`, Tasks, signal),
  }).data?.tasks ?? []

export const useEntries = (typed: string, help: () => void): readonly Entry[] => {
  const preferences = usePreferences()
  const { language, dark, switchTheme, switchLanguage } = preferences
  const say = useWords(shellWords)
  const navigate = useNavigate()
  const text = useDeferredValue(typed.trim().slice(0, 200))
  const found = useFoundTasks(text)
  const named = ({ title }: Entry) => title.toLowerCase().includes(text.toLowerCase())

  const pages = destinations.map(({ path, word, letter }): Entry => {
    const run = () => navigate(path)
    return { id: path, kind: 'pages', title: say(word), hint: `g ${letter}`, run }
  })
  const tasks = found.map((task): Entry => {
    const path = taskPath(task)
    const hint = `${task.group}${task.name === null ? '' : ` · ${task.name}`} · ${task.ruleWords[language]}`
    return { id: path, kind: 'tasks', title: task.job, hint, run: () => navigate(path) }
  })
  const action = (id: string, title: string, hint: string, run: () => unknown): Entry => {
    return { id, kind: 'actions', title, hint, run }
  }
  const actions = [
    action('theme', say(dark ? 'toLight' : 'toDark'), 'd', switchTheme),
    action('language', say('toOther'), 'l', switchLanguage),
    action('help', say('help'), '?', help),
  ]
  const id = text.replaceAll('-', '').toLowerCase()
  const runs = runId.test(text)
    ? [{ ...action(id, say('run', id), '', () => navigate(`/runs/${id}`)), kind: 'pages' as const }]
    : []
  const kept = text === '' ? pages : [...runs, ...pages.filter(named)]
  return [...kept, ...(text === '' ? [] : tasks), ...actions.filter(named)]
}
