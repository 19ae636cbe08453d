// The pulse of now: how many fired in each minute of the last hour, how they ended, how late they were.
import { useStats, type Bucket } from '../api/figures.ts'
import { counted, duration } from '../format.ts'
import { Failed, Loading } from '../parts/states.tsx'
import { usePreferences, useWords } from '../preferences.tsx'
import { Bars } from './bars.tsx'
import { timeOfDay } from './clock-words.ts'
import { useSummary } from './use-summary.ts'
import { overviewWords } from './words.ts'

const lastHour = { step: 'minute' } as const
/** Rates are taken over so many full minutes. */
const recentMinutes = 5

export const Pulse = () => {
  const say = useWords(overviewWords)
  const stats = useStats(lastHour)
  return (
    <section className="card" aria-labelledby="pulse">
      <h2 id="pulse">{say('pulse')}</h2>
      {stats.isPending ? (
        <Loading />
      ) : stats.data === undefined ? (
        <Failed error={stats.error} retry={stats.refetch} />
      ) : (
        <Shown buckets={stats.data.buckets} />
      )}
    </section>
  )
}

export const sumOf = (buckets: readonly Bucket[], value: (bucket: Bucket) => number): number =>
  buckets.reduce((sum, bucket) => sum + value(bucket), 0)
export const failedOf = ({ failed, timedOut }: Bucket): number => failed + timedOut
export const skippedOf = ({ skipped }: Bucket): number =>
  Object.values(skipped).reduce((sum, count) => sum + count, 0)

const Shown = ({ buckets }: { readonly buckets: readonly Bucket[] }) => {
  const { language } = usePreferences()
  const say = useWords(overviewWords)
  const open = useSummary().data?.pulse.running
  // The minute that has just begun says nothing about a rate yet.
  const recent = buckets.slice(-recentMinutes - 1, -1)
  const fired = sumOf(recent, (bucket) => bucket.fired)
  const ended = sumOf(recent, ({ succeeded }) => succeeded) + sumOf(recent, failedOf)
  const late = Math.max(...recent.map(({ lateness }) => lateness?.p95 ?? Number.NEGATIVE_INFINITY))
  const perSecond = recent.length === 0 ? 0 : fired / (60 * recent.length)
  const share = ended === 0 ? null : sumOf(recent, ({ succeeded }) => succeeded) / ended
  const textOf = (bucket: Bucket): string =>
    [
      timeOfDay(bucket.from),
      `${say('succeeded')} ${bucket.succeeded}`,
      `${say('failed')} ${failedOf(bucket)}`,
      `${say('running')} ${bucket.running}`,
      `${say('skippedWord')} ${skippedOf(bucket)}`,
      `${say('late')} ${duration(bucket.lateness?.p95 ?? null, language)} (p95)`,
    ].join(' · ')
  const sum = (value: (bucket: Bucket) => number) => counted(sumOf(buckets, value), language)
  const bars = buckets.map((bucket) => ({
    key: bucket.from,
    text: textOf(bucket),
    parts: [
      { tone: 'good', value: bucket.succeeded },
      { tone: 'busy', value: bucket.running },
      { tone: 'bad', value: failedOf(bucket) },
      { tone: 'late', value: skippedOf(bucket) },
    ] as const,
  }))
  return (
    <>
      <dl className="figures">
        <Figure name={say('perSecond')} value={perSecond.toFixed(perSecond < 10 ? 2 : 0)} />
        <Figure
          name={say('succeededShare')}
          value={share === null ? '–' : `${Math.floor(share * 1_000) / 10} %`}
          tone={share !== null && share < 1 ? 'bad' : ''}
        />
        <Figure
          name={say('latenessNow')}
          value={duration(Number.isFinite(late) ? late : null, language)}
        />
        <Figure name={say('openNow')} value={String(open ?? '–')} />
      </dl>
      <Bars
        label={say('pulse')}
        bars={bars}
        summary={`${say('succeeded')} ${sum((one) => one.succeeded)} · ${say('failed')} ${sum(failedOf)} · ${say('skippedWord')} ${sum(skippedOf)}`}
        marks={marksOf(buckets)}
      />
    </>
  )
}

interface FigureProps {
  readonly name: string
  readonly value: string
  readonly tone?: string
}
const Figure = ({ name, value, tone = '' }: FigureProps) => (
  <div>
    <dt>{name}</dt>
    <dd className={`number mark ${tone}`}>{value}</dd>
  </div>
)

/** The first, the middle and the last moment. */
export const marksOf = (buckets: readonly { readonly from: string }[]): readonly string[] =>
  [buckets[0], buckets[Math.floor(buckets.length / 2)], buckets.at(-1)].map((bucket) =>
    bucket === undefined ? '' : timeOfDay(bucket.from),
  )
