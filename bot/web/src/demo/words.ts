// The demo page's own words.

import { computed, ref } from 'vue'

export const english = ref(!/^zh/i.test(navigator.language))

const zh = {
  shop: '山前杂货',
  tagline: '好用的日常物件',
  about: '这是一间演示店铺，用来看客服挂在店铺页面上的样子。选一位买家，再点右下角的铃铛，就能以这位买家的身份咨询。',
  desk: '打开客服工作台',
  who: '以谁的身份逛',
  guest: '访客',
  guestHint: '不登录，没有订单',
  orders: '{n} 笔订单',
  goods: '店里的东西',
  none: '现在取不到演示买家，稍后刷新页面再试。',
  chat: '咨询客服',
  language: 'English',
}
const en: typeof zh = {
  shop: 'Hillside Goods',
  tagline: 'Everyday things that work',
  about: 'This is a demo shop that shows the chat on a shop’s page. Choose a buyer and tap the bell at the bottom right to ask as that buyer.',
  desk: 'Open the agents’ desk',
  who: 'Browse as',
  guest: 'Guest',
  guestHint: 'Not signed in, no orders',
  orders: '{n} orders',
  goods: 'In the shop',
  none: 'The demo buyers cannot be loaded right now. Please reload the page in a moment.',
  chat: 'Ask about it',
  language: '中文',
}

export const words = computed(() => (english.value ? en : zh))
