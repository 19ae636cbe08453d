// A value as it is once it has not changed for a while, so that typing does not ask at every key.
import { useEffect, useState } from 'react'

export const useSettled = <A>(value: A, afterMs: number): A => {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), afterMs)
    return () => clearTimeout(timer)
  }, [value, afterMs])
  return settled
}
