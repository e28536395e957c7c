import { resolve } from 'node:path'
import { defineConfig } from 'vite'

// One file without imports: it runs on other people's pages.
export default defineConfig({
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2018',
    lib: { entry: resolve('src/widget/main.ts'), formats: ['iife'], name: 'QiantaiWidget', fileName: () => 'widget.js' },
  },
})
