// A row of stacked bars, drawn by hand so that the first page needs no library for it. Pointer and
// arrow keys walk through the bars; what the current one holds is said in words above them.
import { useState, type KeyboardEvent } from 'react'

interface Part {
  readonly tone: 'good' | 'bad' | 'late' | 'busy' | 'still'
  readonly value: number
}
export interface Bar {
  readonly key: string
  readonly parts: readonly Part[]
  /** The bar in words. */
  readonly text: string
}

interface Props {
  readonly label: string
  readonly bars: readonly Bar[]
  /** What stands above the bars while none is looked at. */
  readonly summary: string
  /** Below the axis, from left to right. */
  readonly marks: readonly string[]
}

const heightOf = (bar: Bar): number => bar.parts.reduce((sum, { value }) => sum + value, 0)

export const Bars = ({ label, bars, summary, marks }: Props) => {
  const [at, setAt] = useState<number | null>(null)
  const top = Math.max(1, ...bars.map(heightOf))
  const current = at === null ? undefined : bars[Math.min(at, bars.length - 1)]
  const step = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (by === 0) return
    event.preventDefault()
    setAt(Math.min(bars.length - 1, Math.max(0, (at ?? (by > 0 ? -1 : bars.length)) + by)))
  }
  return (
    <div className="bars">
      <p className="faint number">{current?.text ?? summary}</p>
      <div
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, bars.length - 1)}
        aria-valuenow={at ?? 0}
        aria-valuetext={current?.text ?? summary}
        onKeyDown={step}
        onBlur={() => setAt(null)}
        onPointerLeave={() => setAt(null)}
        onPointerMove={({ clientX, currentTarget }) => {
          const { left, width } = currentTarget.getBoundingClientRect()
          setAt(Math.max(0, Math.floor(((clientX - left) / width) * bars.length)))
        }}
      >
        <svg viewBox={`0 0 ${Math.max(1, bars.length)} 100`} preserveAspectRatio="none" aria-hidden>
          {current !== undefined && at !== null && (
            <rect className="cursor" x={at} y={0} width={1} height={100} />
          )}
          {bars.map((bar, index) => (
            <Stack key={bar.key} bar={bar} x={index} top={top} />
          ))}
        </svg>
      </div>
      <div className="marks faint number" aria-hidden>
        {marks.map((mark, index) => (
          <span key={index}>{mark}</span>
        ))}
      </div>
    </div>
  )
}

const Stack = ({
  bar,
  x,
  top,
}: {
  readonly bar: Bar
  readonly x: number
  readonly top: number
}) => {
  let reached = 100
  return bar.parts.map(({ tone, value }) => {
    if (value <= 0) return null
    // What is there at all can be seen.
    const height = Math.max(1.5, (96 * value) / top)
    reached -= height
    return (
      <rect key={tone} className={tone} x={x + 0.12} y={reached} width={0.76} height={height} />
    )
  })
}
