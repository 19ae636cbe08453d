// Why a piece of the work could not be done. It is tried again later, from where it stood.

export interface Trouble {
  readonly reason: string
}

export const isTrouble = (outcome: object): outcome is Trouble => 'reason' in outcome
