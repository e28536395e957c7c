// How an announcement that is on reads at the desk.
import { clock } from '../clock'
import { locale, t } from '../i18n'
import type { AnnouncementOn } from '../types'
import { momentOf } from '../ui/words'

export const either = (zh: string, en: string): string => (locale() === 'en' ? en || zh : zh)

/** Since when and by whom, when it is over, what it is about; what nobody set is left out. */
export function factsOf(one: AnnouncementOn): string[] {
  const facts = [t('team.announce.since', { when: momentOf(one.since), name: one.name })]
  if (one.back_at) facts.push(t(Date.parse(one.back_at) > clock.now.value ? 'team.announce.back' : 'team.announce.late', { when: momentOf(one.back_at) }))
  if (one.until) facts.push(t('team.announce.until', { when: momentOf(one.until) }))
  if (one.goods.length) facts.push(t('team.announce.goods', { goods: one.goods.join(locale() === 'en' ? ', ' : '、') }))
  return facts
}
