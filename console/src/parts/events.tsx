// Raw events, newest first, each unfolding into its data.
import type { Event } from '../api/types.ts'
import { At } from './moment.tsx'

export const EventList = ({ events }: { readonly events: readonly Event[] }) => (
  <ol className="events" reversed>
    {events.toReversed().map((event) => (
      <li key={event.revision}>
        <details>
          <summary>
            <span className="number faint">{event.revision}</span> <code>{event.type}</code>{' '}
            <span className="faint">
              <At at={event.recordedAt} /> {text(event.metadata['actor'])}{' '}
              {text(event.metadata['reason'])}
            </span>
          </summary>
          <pre>{JSON.stringify({ data: event.data, metadata: event.metadata }, null, 2)}</pre>
        </details>
      </li>
    ))}
  </ol>
)

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
