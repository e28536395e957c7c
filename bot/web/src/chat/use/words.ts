// The shop's own words for this page: name, greeting, quick questions, reasons of a rating.

import { shallowRef } from 'vue'
import { t } from '../i18n'
import type { PageWords } from '../types'
import { request } from './api'

const PLAIN: PageWords = {
  shop: { name: '', name_en: '' },
  greeting: [],
  quick: [],
  rating_reasons: { good: [], bad: [] },
  max_chars: 2000,
}

export const words = shallowRef<PageWords>(PLAIN)

/** Asked for again on every opening until they are there. */
export async function loadWords(): Promise<void> {
  if (words.value !== PLAIN) return
  try {
    words.value = await request<PageWords>('/api/visitor/page')
  } catch {
    // The page works without; the next opening asks again.
  }
}

export const shopName = (english: boolean): string => (english && words.value.shop.name_en) || words.value.shop.name || t('chat')
