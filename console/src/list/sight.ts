// Which rows of a long table can be seen, from where the window stands over it. Rows are all equally
// high, so that this is a division; some more on both sides are drawn ahead of the scrolling.

export interface Sight {
  readonly from: number
  readonly to: number
}
const ahead = 12
const step = 6

export const sightOf = (top: number, height: number, row: number, count: number): Sight => {
  const first = Math.floor(Math.max(0, -top) / row)
  const last = Math.ceil(Math.max(0, height - top) / row)
  // In steps, so that not every row that passes draws the table anew.
  const from = Math.max(0, Math.floor((first - ahead) / step) * step)
  const to = Math.max(0, Math.min(count, Math.ceil((last + ahead) / step) * step))
  return { from: Math.min(from, to), to }
}
