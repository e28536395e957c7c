// An error as one sentence in the reader's language, and the ways to show it.
import { ElMessage } from 'element-plus'
import 'element-plus/es/components/message/style/css'
import { ApiError } from './api'
import { locale, t, te } from './i18n'

/** Below the heads of list and conversation, whose buttons one may need next. */
const TOAST_TOP = 64

/** The gateway's own sentence where the page speaks Chinese and there is one; else that of the code. */
export function sentence(error: unknown): string {
  if (!(error instanceof ApiError)) return t('errors.unforeseen')
  if (locale() === 'zh-CN' && error.sentence) return error.sentence
  const key = `errors.${error.code}`
  return te(key) ? t(key, { s: error.retryAfterS, min: Math.ceil(error.retryAfterS / 60) }) : error.sentence || t('errors.unforeseen')
}

export function showError(error: unknown): void {
  // The sign-in page says it by itself.
  if (error instanceof ApiError && error.status === 401) return
  ElMessage({ type: 'error', message: sentence(error), showClose: true, grouping: true, duration: 6000, offset: TOAST_TOP })
}

export function showNote(text: string, type: 'success' | 'info' | 'warning' = 'success'): void {
  ElMessage({ type, message: text, grouping: true, duration: 3000, offset: TOAST_TOP })
}
