// Where this page keeps things: for good, and for as long as the tab lives.

import { openStore } from '../shared/storage'

export const store = openStore(
  () => localStorage,
  () => sessionStorage,
)
export const tabStore = openStore(() => sessionStorage)
