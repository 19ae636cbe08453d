// The groups with the states of their tasks, the largest first.
import { Link } from 'react-router'
import { useGroups } from '../api/questions.ts'
import { useWords } from '../preferences.tsx'
import { overviewWords } from './words.ts'

const shownMax = 12

export const Groups = () => {
  const say = useWords(overviewWords)
  const groups = useGroups().data?.groups ?? []
  const largest = groups.filter(({ tasks }) => tasks > 0).toSorted((a, b) => b.tasks - a.tasks)
  const to = (group: string, status = '') =>
    `/tasks?${new URLSearchParams(status === '' ? { group } : { group, status })}`
  return (
    <section className="card" aria-labelledby="groups">
      <h2 id="groups">{say('groupsTitle')}</h2>
      {largest.length === 0 ? (
        <p className="faint">{say('noGroups')}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{say('group')}</th>
              <th scope="col" className="right">
                {say('tasksCount')}
              </th>
              <th scope="col" className="right">
                {say('activeCount')}
              </th>
              <th scope="col" className="right">
                {say('pausedCount')}
              </th>
              <th scope="col" className="right roomy">
                {say('completedCount')}
              </th>
              <th scope="col" className="right roomy">
                {say('runningCount')}
              </th>
            </tr>
          </thead>
          <tbody>
            {largest
              .slice(0, shownMax)
              .map(({ group, tasks, active, paused, completed, running }) => (
                <tr key={group} data-row>
                  <td className="clipped">
                    <Link to={to(group)} data-open>
                      {group}
                    </Link>
                  </td>
                  <td className="number right">{tasks}</td>
                  <td className="number right">{active}</td>
                  <td className="number right">
                    {paused === 0 ? 0 : <Link to={to(group, 'Paused')}>{paused}</Link>}
                  </td>
                  <td className="number right roomy">{completed}</td>
                  <td className="number right roomy">{running}</td>
                </tr>
              ))}
          </tbody>
        </table>
      )}
      {largest.length > shownMax && <Link to="/tasks">{say('moreGroups', largest.length)}</Link>}
    </section>
  )
}
