// Is Carillon itself well? Its readiness, its processes and their clocks, how far its read models have
// come, and its settings.
import { useWords } from '../preferences.tsx'
import { Processes } from './processes.tsx'
import { ReadModels } from './read-models.tsx'
import { Readiness } from './readiness.tsx'
import { SettingsList } from './settings-list.tsx'
import { systemWords } from './words.ts'
import './system.css'

export const SystemPage = () => {
  const say = useWords(systemWords)
  return (
    <>
      <h1 className="unseen">{say('title')}</h1>
      <Readiness />
      <Processes />
      <ReadModels />
      <SettingsList />
    </>
  )
}
