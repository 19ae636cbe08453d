// How long the read models let the rest of the process go first. A burst of fires is over sooner, and
// nobody is called late, when what it costs to show the fires comes after it; a process that is busy
// with something else gives way for a shorter time. Somebody who waits for the read models is no
// concern of this: for them nothing is put off.

/** Of the event loop's time. */
const busyFrom = 0.9
const firingFrom = 0.5
const patienceMs = { firing: 4_000, busy: 1_500 }

/** Milliseconds since an event was recorded; 0: at once. */
export const createPatience =
  (busyness: () => number, callsQueued: () => number): (() => number) =>
  () => {
    const busy = busyness()
    if (busy >= firingFrom && callsQueued() > 0) return patienceMs.firing
    return busy >= busyFrom ? patienceMs.busy : 0
  }
