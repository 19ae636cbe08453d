// How many columns of a terminal a text takes: Chinese, Japanese and Korean characters and emoji take
// two, marks that sit on another character none. And what a terminal must not be sent at all.

/** Code points two columns wide: first and last of each stretch, in order. */
const wide: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
]

const columnsOf = (character: string): number => {
  if (/[\p{Mn}\p{Me}\p{Cf}]/u.test(character)) return 0
  const code = character.codePointAt(0) ?? 0
  if (code < 0x1100) return 1
  return wide.some(([first, last]) => code >= first && code <= last) ? 2 : 1
}

export const widthOf = (text: string): number =>
  Array.from(text).reduce((width, character) => width + columnsOf(character), 0)

export const padded = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - widthOf(text)))

/** At most this wide, with an ellipsis where something is left out. */
export const shortened = (text: string, widthMax: number): string => {
  if (widthOf(text) <= widthMax) return text
  let kept = ''
  let width = 1
  for (const character of text) {
    width += columnsOf(character)
    if (width > widthMax) break
    kept += character
  }
  return `${kept}…`
}

/** On one line, and without the control characters by which a name could take over a terminal. */
export const printable = (text: string): string =>
  text
    .replaceAll(/\r\n|[\r\n\t]/g, ' ')
    .replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\uFFFD')
