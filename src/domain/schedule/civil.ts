// The proleptic Gregorian calendar as integer arithmetic on day numbers (0 is 1970-01-01), after the
// well-known era decomposition: a year that begins in March makes the leap day the last one, so that
// months follow a straight line. No Date, no zone, no allocation but the one packed number.

/** Weekdays count from Sunday = 0. */
export const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7

export const isLeapYear = (year: number): boolean =>
  year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

/** Months count from 1. */
export const daysInMonth = (year: number, month: number): number =>
  month === 2 ? (isLeapYear(year) ? 29 : 28) : 30 + ((month + (month >> 3)) & 1)

export const dayNumber = (year: number, month: number, dayOfMonth: number): number => {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = (((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) | 0) + dayOfMonth - 1
  const dayOfEra = yearOfEra * 365 + ((yearOfEra / 4) | 0) - ((yearOfEra / 100) | 0) + dayOfYear
  return era * 146097 + dayOfEra - 719468
}

/** Year, month and day of a day number, packed as year·512 + month·32 + day. */
export const packedDate = (day: number): number => {
  const z = day + 719468
  const era = Math.floor(z / 146097)
  const doe = z - era * 146097
  const yoe = ((doe - ((doe / 1460) | 0) + ((doe / 36524) | 0) - ((doe / 146096) | 0)) / 365) | 0
  const doy = doe - (365 * yoe + ((yoe / 4) | 0) - ((yoe / 100) | 0))
  const mp = ((5 * doy + 2) / 153) | 0
  const dayOfMonth = doy - (((153 * mp + 2) / 5) | 0) + 1
  const month = mp < 10 ? mp + 3 : mp - 9
  const year = yoe + era * 400 + (month <= 2 ? 1 : 0)
  return year * 512 + month * 32 + dayOfMonth
}

export const yearOf = (packed: number): number => packed >> 9
export const monthOf = (packed: number): number => (packed >> 5) & 15
export const dayOfMonthOf = (packed: number): number => packed & 31
