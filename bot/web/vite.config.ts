import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

// The gateway that `npm run dev` talks to.
const gateway = process.env.QIANTAI_GATEWAY ?? 'http://127.0.0.1:8080'

// Two builds, `vite build` and `vite build --mode desk`: in one, the customers' page would fetch all of Vue that the desk uses.
export default defineConfig(({ mode }) => ({
  plugins: [
    vue(),
    // Element Plus is for the desk alone; the customers' page stays small.
    // A component's script in TypeScript is a module of its own, "X.vue?vue&type=script&lang.ts".
    Components({ dirs: [], include: [/src\/desk\/.*\.vue($|\?vue)/], resolvers: [ElementPlusResolver()], dts: false }),
  ],
  // vue-i18n: no compiler of messages in the browser that would need eval, which the pages' CSP refuses.
  define: { __VUE_I18N_LEGACY_API__: false, __VUE_I18N_FULL_INSTALL__: false, __INTLIFY_PROD_DEVTOOLS__: false, __INTLIFY_JIT_COMPILATION__: true },
  build: {
    outDir: 'dist',
    emptyOutDir: mode !== 'desk',
    target: 'es2020',
    sourcemap: false,
    rollupOptions: {
      input: mode === 'desk' ? { desk: resolve('desk.html') } : { index: resolve('index.html'), demo: resolve('demo.html') },
    },
  },
  server: { proxy: { '/api': gateway, '/uploads': gateway, '/widget.js': gateway, '/ws': { target: gateway, ws: true } } },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
}) as ViteUserConfig)
