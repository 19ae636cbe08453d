// What happened, in order, as a person reads it: one line for each step of the world. Two runs of one
// seed write the same lines. Lines about tasks carry their stream, so that a finding can be told with
// the steps that led to it and with what befell the processes meanwhile.

interface Line {
  readonly atMs: number
  readonly who: string
  readonly what: string
  /** Null: it concerns everybody. */
  readonly stream: string | null
}

export interface Trace {
  readonly note: (who: string, what: string, stream?: string) => void
  /** A number that two equal traces share (FNV-1a over their lines). */
  readonly digest: () => number
  /** The last lines about a stream, and those about everybody, or simply all of them. */
  readonly tell: (stream: string | null, linesMax: number) => readonly string[]
}

export const createTrace = (now: () => number): Trace => {
  const lines: Line[] = []
  let digest = 0x811c9dc5
  const mix = (text: string): void => {
    for (let at = 0; at < text.length; at += 1)
      digest = Math.imul(digest ^ text.charCodeAt(at), 0x01000193)
  }
  return {
    note: (who, what, stream) => {
      const line = { atMs: now(), who, what, stream: stream ?? null }
      lines.push(line)
      mix(`${line.atMs}${who}${what}`)
    },
    digest: () => digest >>> 0,
    tell: (stream, linesMax) =>
      lines
        .filter((line) => stream === null || line.stream === null || line.stream === stream)
        .slice(-linesMax)
        .map(({ atMs, who, what, stream: about }) => {
          const at = new Date(atMs).toISOString().slice(11, 23)
          return `${at} ${who.padEnd(6)} ${about === null ? '' : `${about} `}${what}`
        }),
  }
}
