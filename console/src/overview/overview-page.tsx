// Is anything wrong? What needs somebody comes first; then the pulse of now, what is coming, how the
// last weeks went, and the groups.
import { useWords } from '../preferences.tsx'
import { ExceptionList } from './exception-list.tsx'
import { Groups } from './groups.tsx'
import { Month } from './month.tsx'
import { NextDay } from './next-day.tsx'
import { Pulse } from './pulse.tsx'
import { overviewWords } from './words.ts'
import './overview.css'

export const OverviewPage = () => {
  const say = useWords(overviewWords)
  return (
    <>
      <h1 className="unseen">{say('title')}</h1>
      <ExceptionList />
      <div className="cards">
        <Pulse />
        <NextDay />
        <Month />
        <Groups />
      </div>
    </>
  )
}
