import { expect, it } from 'vitest'
import { localeFor } from './languages'

it('speaks as the browser does until somebody chose', () => {
  expect(['zh-CN', 'zh-Hant-TW', 'ZH', 'en-US', 'de', ''].map((spoken) => localeFor(null, spoken))).toEqual(['zh-CN', 'zh-CN', 'zh-CN', 'en', 'en', 'en'])
  expect(localeFor('en', 'zh-CN')).toBe('en')
  expect(localeFor('zh-CN', 'en-US')).toBe('zh-CN')
})
