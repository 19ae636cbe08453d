// The machine's monotonic time in milliseconds: the same in every thread, unlike `performance.now()`,
// which begins anew in each.

export const monotonicMs = (): number => {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1e3 + nanoseconds / 1e6
}
