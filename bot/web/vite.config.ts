import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import Components from 'unplugin-vue-components/vite'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import { defineConfig } from 'vite'

// The gateway that `npm run dev` talks to.
const gateway = process.env.QIANTAI_GATEWAY ?? 'http://127.0.0.1:8080'

export default defineConfig({
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
    target: 'es2020',
    sourcemap: false,
    rollupOptions: {
      input: { index: resolve('index.html'), desk: resolve('desk.html'), demo: resolve('demo.html') },
    },
  },
  server: { proxy: { '/api': gateway, '/uploads': gateway, '/widget.js': gateway, '/ws': { target: gateway, ws: true } } },
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
} as Parameters<typeof defineConfig>[0])
