// Where the console begins.
import { createRoot } from 'react-dom/client'
import { goToMoment, readMoment } from './api/as-of.ts'
import { Console } from './console.tsx'
import './console.css'

goToMoment(readMoment(location.search))
const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<Console />)
