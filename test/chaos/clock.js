// Loaded before the service: lets whoever started the process set its wall clock, and no other one's.
// The service reads that clock through Date.now alone; its monotonic clock goes on undisturbed, as it
// does when a machine's clock is set.
const real = Date.now
let offsetMs = 0
Date.now = () => real() + offsetMs
process.on('message', (message) => {
  if (typeof message?.offsetMs === 'number') offsetMs = message.offsetMs
})
process.channel?.unref()
