// Builds the console to dist/console, from where the service serves it. Names carry hashes, so that
// what is under /assets may be kept for ever.
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2500,
    rolldownOptions: {
      // The page about the API is one of its own.
      input: [`${import.meta.dirname}/index.html`, `${import.meta.dirname}/docs.html`],
    },
  },
})
