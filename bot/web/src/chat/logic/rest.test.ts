import { describe, expect, it } from 'vitest'
import { exact, lengthOf, moment, money } from './format'
import { isHeic, looksLikePicture, LONGEST_SIDE, plan } from './shrink'
import { newId } from './ids'

describe('plan', () => {
  it('makes a photo fit, whichever way it was held', () => {
    expect(plan('image/jpeg', 5_000_000, 4000, 3000).to).toEqual({ width: LONGEST_SIDE, height: 1200, type: 'image/jpeg' })
    expect(plan('image/jpeg', 5_000_000, 3000, 4000).to).toEqual({ width: 1200, height: LONGEST_SIDE, type: 'image/jpeg' })
  })

  it('lets a small one go as it is, and never makes one larger', () => {
    expect(plan('image/jpeg', 90_000, 800, 600).to).toBeNull()
    expect(plan('image/webp', 90_000, 800, 600).to).toBeNull()
    expect(plan('image/jpeg', 900_000, 800, 600).to).toEqual({ width: 800, height: 600, type: 'image/jpeg' })
  })

  it('keeps the letters of a screenshot sharp', () => {
    expect(plan('image/png', 1_500_000, 1080, 1500).to).toBeNull()
    expect(plan('image/png', 1_500_000, 1080, 2340).to?.type).toBe('image/png')
    expect(plan('image/png', 6_000_000, 1080, 1500).to?.type).toBe('image/jpeg')
  })

  it('turns what the desk does not take into JPEG', () => {
    expect(plan('image/heic', 90_000, 800, 600).to?.type).toBe('image/jpeg')
    expect(plan('image/gif', 90_000, 8, 2000).to).toEqual({ width: 6, height: 1600, type: 'image/jpeg' })
  })
})

it('knows a picture by type, or by name where the phone gives no type', () => {
  expect(looksLikePicture({ name: 'IMG_1.HEIC', type: '' })).toBe(true)
  expect(looksLikePicture({ name: 'a.svg', type: 'image/svg+xml' })).toBe(false)
  expect(looksLikePicture({ name: 'a.pdf', type: 'application/pdf' })).toBe(false)
  expect(isHeic({ name: 'a.heif', type: '' })).toBe(true)
})

describe('moment', () => {
  const now = new Date(2026, 10, 11, 9, 30)
  const at = (...parts: [number, number, number, number, number]): string => new Date(...parts).toISOString()

  it('says as much as is needed', () => {
    expect(moment(at(2026, 10, 11, 8, 5), now, 'zh-CN')).toBe('08:05')
    expect(moment(at(2026, 10, 11, 8, 5), now, 'zh-CN', true)).toBe('今天 08:05')
    expect(moment(at(2026, 10, 10, 23, 59), now, 'zh-CN')).toBe('昨天 23:59')
    expect(moment(at(2026, 10, 12, 0, 0), now, 'en')).toBe('Tomorrow 00:00')
    expect(moment(at(2026, 10, 8, 14, 0), now, 'zh-CN')).toBe('星期日 14:00')
    expect(moment(at(2026, 9, 2, 14, 0), now, 'zh-CN')).toContain('10月2日')
  })

  it('says nothing rather than "Invalid Date"', () => {
    expect(moment('', now, 'en')).toBe('')
    expect(exact('', 'en')).toBe('')
  })
})

it('counts and writes as people do', () => {
  expect(money(12_905)).toBe('¥129.05')
  expect(lengthOf('好👍')).toBe(2)
  expect(newId()).toMatch(/^[0-9a-f]{32}$/)
  expect(newId()).not.toBe(newId())
})
