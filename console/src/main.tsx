// Where the console begins.
import { createRoot } from 'react-dom/client'
import { Console } from './console.tsx'
import './console.css'

const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<Console />)
