import { createApp } from 'vue'
import App from './App.vue'
import { startLanguage } from './i18n'
import { followViewport } from './use/viewport'
import './chat.css'

// Identity, language and host travel in the fragment, which no server sees; it leaves the address bar before anything else runs.
const fragment = new URLSearchParams(location.hash.slice(1))
history.replaceState(null, '', location.pathname + location.search)
// A new fragment in the same tab is a new visitor.
addEventListener('hashchange', () => location.hash.length > 1 && location.reload())
startLanguage(fragment.get('lang'))
followViewport()

createApp(App, {
  identity: fragment.get('identity') || null,
  hostOrigin: fragment.get('host'),
  embedded: new URLSearchParams(location.search).get('embed') === '1',
}).mount('#app')
