// Draws a day: above the load per ten minutes, below a lane for each task. The only file that knows
// the charting library, which is fetched with this page and with no other.
import { BarChart, ScatterChart } from 'echarts/charts'
import {
  DataZoomInsideComponent,
  GridComponent,
  MarkLineComponent,
  TooltipComponent,
} from 'echarts/components'
import { init, use, type ECharts } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'
import { clockTime } from '../format.ts'
import type { Lane, Mark, Tone } from './lanes.ts'
import { slotMs, type DayLoad } from './load.ts'

use([
  BarChart,
  ScatterChart,
  DataZoomInsideComponent,
  GridComponent,
  MarkLineComponent,
  TooltipComponent,
  CanvasRenderer,
])

export interface DayChart {
  readonly from: number
  readonly to: number
  readonly lanes: readonly Lane[]
  readonly load: DayLoad
  readonly toneWords: Readonly<Record<Tone, string>>
  readonly nowWord: string
}

const tones: readonly Tone[] = ['succeeded', 'open', 'failed', 'skipped', 'planned']
const variables: Readonly<Record<Tone, string>> = {
  succeeded: '--good',
  open: '--busy',
  failed: '--bad',
  skipped: '--late',
  planned: '--still',
}
export const lanePx = 22
const loadPx = 90
export const heightOf = (lanes: number): number => loadPx + 94 + lanes * lanePx

export const startChart = (
  element: HTMLElement,
  onOpen: (lane: Lane, mark: Mark) => void,
): { readonly draw: (day: DayChart) => void; readonly stop: () => void } => {
  const chart: ECharts = init(element)
  let shown: readonly Lane[] = []
  chart.on('click', ({ data }) => {
    const value: unknown = Array.isArray(data) ? data[2] : null
    const [lane, mark] = typeof value === 'string' ? value.split(':').map(Number) : []
    const at = lane === undefined ? undefined : shown[lane]
    const clicked = mark === undefined ? undefined : at?.marks[mark]
    if (at !== undefined && clicked !== undefined) onOpen(at, clicked)
  })
  const resize = () => chart.resize()
  addEventListener('resize', resize)
  return {
    draw: (day) => {
      shown = day.lanes
      chart.setOption(optionsOf(day, colours()), { notMerge: true })
      chart.resize()
    },
    stop: () => {
      removeEventListener('resize', resize)
      chart.dispose()
    },
  }
}

const colours = (): ((variable: string) => string) => {
  const style = getComputedStyle(document.documentElement)
  return (variable) => style.getPropertyValue(variable).trim()
}

const optionsOf = (day: DayChart, colour: (variable: string) => string) => {
  const { from, to, lanes, load, toneWords, nowWord } = day
  // Every tone has every slot, because bars are stacked by their number, not by their time.
  const slots = Array.from({ length: Math.ceil((to - from) / slotMs) }, (_, n) => from + n * slotMs)
  const names = lanes.map(({ group, job }) => `${group} / ${job}`)
  const text = { color: colour('--faint') }
  const line = { lineStyle: { color: colour('--line') } }
  const left = Math.min(230, Math.max(90, innerWidth * 0.2))
  const hours = { ...text, hideOverlap: true }
  const time = { type: 'time', min: from, max: to, axisLine: line, axisTick: line }
  return {
    animation: false,
    tooltip: {
      // Drawn into the canvas: the page's policy lets nobody write styles into it.
      renderMode: 'richText',
      backgroundColor: colour('--card'),
      borderColor: colour('--line'),
      textStyle: { color: colour('--text'), fontSize: 12 },
      formatter: ({ data, seriesName }: { data: unknown; seriesName: string }) =>
        Array.isArray(data) ? `${seriesName} · ${String(data[3] ?? data[1])}` : seriesName,
    },
    dataZoom: [
      { type: 'inside', xAxisIndex: [0, 1], zoomOnMouseWheel: 'ctrl', filterMode: 'none' },
    ],
    grid: [
      { left, right: 16, top: 12, height: loadPx - 24 },
      { left, right: 16, top: loadPx + 40, height: lanes.length * lanePx },
    ],
    xAxis: [
      { ...time, gridIndex: 0, axisLabel: hours, splitLine: { show: false } },
      { ...time, gridIndex: 1, axisLabel: hours, splitLine: { show: true, ...line } },
    ],
    yAxis: [
      { gridIndex: 0, axisLabel: text, splitLine: { show: false }, splitNumber: 2, minInterval: 1 },
      {
        gridIndex: 1,
        type: 'category',
        inverse: true,
        data: names,
        axisLine: line,
        axisTick: { show: false },
        axisLabel: { ...text, width: left - 16, overflow: 'truncate' },
        splitLine: { show: true, ...line },
      },
    ],
    series: tones.flatMap((tone) => [
      {
        type: 'bar',
        name: toneWords[tone],
        stack: 'load',
        barWidth: '90%',
        itemStyle: { color: colour(variables[tone]) },
        data: slots.map((slot) => [slot + slotMs / 2, load[tone].get(slot) ?? 0]),
      },
      {
        type: 'scatter',
        name: toneWords[tone],
        xAxisIndex: 1,
        yAxisIndex: 1,
        symbol: tone === 'failed' ? 'diamond' : tone === 'skipped' ? 'triangle' : 'circle',
        symbolSize: tone === 'failed' ? 11 : 8,
        large: true,
        largeThreshold: 4_000,
        itemStyle: {
          color: tone === 'planned' ? 'transparent' : colour(variables[tone]),
          borderColor: colour(variables[tone]),
          borderWidth: tone === 'planned' ? 1.5 : 0,
        },
        data: marksOf(lanes, tone),
        ...(tone === 'planned' ? { markLine: nowLine(colour('--accent'), nowWord) } : {}),
      },
    ]),
  }
}

const nowLine = (color: string, word: string) => ({
  symbol: 'none',
  silent: true,
  lineStyle: { color, type: 'solid' },
  label: { formatter: word, color, position: 'start' },
  data: [{ xAxis: Date.now() }],
})

const marksOf = (lanes: readonly Lane[], tone: Tone) =>
  lanes.flatMap(({ group, job, marks }, lane) =>
    marks.flatMap((mark, index) =>
      mark.tone === tone
        ? [[mark.at, lane, `${lane}:${index}`, words(`${group} / ${job}`, mark)]]
        : [],
    ),
  )

const words = (name: string, { at, count }: Mark): string =>
  `${name} · ${clockTime(new Date(at).toISOString())}${count > 1 ? ` (${count})` : ''}`
