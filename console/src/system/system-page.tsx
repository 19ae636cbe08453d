// Is Carillon itself well? Its readiness, its processes and their clocks, its settings.
import { useWords } from '../preferences.tsx'
import { ReadModels } from './read-models.tsx'
import { Readiness } from './readiness.tsx'
import { systemWords } from './words.ts'
import './system.css'

export const SystemPage = () => {
  const say = useWords(systemWords)
  return (
    <>
      <h1 className="unseen">{say('title')}</h1>
      <Readiness />
      <ReadModels />
    </>
  )
}
