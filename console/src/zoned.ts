// Instants as the clocks of a zone show them, and back. The browser knows the zones.

const formats = new Map<string, Intl.DateTimeFormat>()
const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const options = { year: 'numeric', month: '2-digit', day: '2-digit' } as const
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
  // Swedish writes dates as ISO does.
  const format = new Intl.DateTimeFormat('sv-SE', {
    ...options,
    ...clock,
    hourCycle: 'h23',
    timeZone: zone,
  })
  formats.set(zone, format)
  return format
}

/** `2026-11-25T09:00:00`, as fields for date and time take it; the empty text for no instant. */
export const wallOf = (iso: string | null, zone: string): string => {
  if (iso === null) return ''
  try {
    return formatOf(zone).format(new Date(iso)).replace(' ', 'T')
  } catch {
    return ''
  }
}

/** The instant at which the clocks of the zone show this; in a gap, the one as far after it. */
export const instantOfWall = (wall: string, zone: string): string | null => {
  const asUtcMs = Date.parse(`${wall}Z`)
  if (Number.isNaN(asUtcMs)) return null
  try {
    const offsetAt = (ms: number) =>
      Date.parse(`${wallOf(new Date(ms).toISOString(), zone)}Z`) - Math.floor(ms / 1_000) * 1_000
    const guess = asUtcMs - offsetAt(asUtcMs)
    return new Date(asUtcMs - offsetAt(guess)).toISOString()
  } catch {
    return null
  }
}

export const viewerZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

export const zoneNames = (): readonly string[] => {
  const names = Intl.supportedValuesOf('timeZone')
  return names.includes('UTC') ? names : ['UTC', ...names]
}
