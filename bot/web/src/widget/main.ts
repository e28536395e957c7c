// The chat on any page: a button, and behind it the customers' page in a frame that is made when it is first wanted.
//   <script src="https://desk.example/widget.js" data-identity="<JWT>" data-lang="zh-CN" data-position="right" async></script>
//   Qiantai.open() · Qiantai.close() · Qiantai.identify(jwt | null)

import { css } from './style'

interface Told {
  qiantai?: { unread?: unknown; close?: unknown }
}

declare global {
  interface Window {
    Qiantai?: { open(): void; close(): void; identify(identity: string | null): void }
  }
}

const OPEN = 'qiantai:open'
const USED = 'qiantai:used'
const BELL = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 17h16M5.5 17a6.5 6.5 0 0 1 13 0M12 10.5V8M10 8h4M3.5 20h17"/></svg>'
const DOWN = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 9l6 6 6-6"/></svg>'

function start(script: HTMLScriptElement): void {
  const base = new URL(script.src).origin
  const lang = script.dataset.lang ?? (document.documentElement.lang || navigator.language)
  const english = !/^zh/i.test(lang)
  const title = english ? 'Customer service' : '在线客服'
  let identity = script.dataset.identity ?? null
  let frame: HTMLIFrameElement | null = null
  let shown = false

  const host = document.createElement('div')
  const root = host.attachShadow({ mode: 'closed' })
  const panel = document.createElement('div')
  const button = document.createElement('button')
  const badge = document.createElement('span')
  panel.className = 'panel'
  panel.hidden = true
  button.type = 'button'
  button.className = 'button'
  button.innerHTML = BELL
  badge.className = 'badge'
  badge.hidden = true
  button.append(badge)
  host.className = script.dataset.position === 'left' ? 'left' : 'right'
  root.append(panel, button)
  dress(root)
  label(0)

  function make(): void {
    frame?.remove()
    frame = document.createElement('iframe')
    const fragment = new URLSearchParams({ host: location.origin, lang: english ? 'en' : 'zh-CN' })
    if (identity) fragment.set('identity', identity)
    frame.src = `${base}/?embed=1#${fragment}`
    frame.title = title
    frame.allow = 'clipboard-write'
    frame.addEventListener('load', tell)
    panel.append(frame)
  }

  function tell(): void {
    frame?.contentWindow?.postMessage({ qiantai: { shown } }, base)
  }

  function show(now: boolean): void {
    if (shown === now) return
    shown = now
    if (now && !frame) make()
    panel.hidden = !now
    button.firstElementChild!.outerHTML = now ? DOWN : BELL
    button.setAttribute('aria-expanded', String(now))
    host.classList.toggle('open', now)
    keep(sessionStorageOf, OPEN, now ? '1' : null)
    keep(localStorageOf, USED, '1')
    tell()
    if (now) frame!.focus()
    else button.focus()
  }

  function label(unread: number): void {
    badge.hidden = unread === 0
    badge.textContent = unread > 99 ? '99+' : String(unread)
    const news = english ? `, ${unread} new` : `，${unread} 条新消息`
    button.setAttribute('aria-label', title + (unread ? news : ''))
  }

  button.setAttribute('aria-expanded', 'false')
  button.addEventListener('click', () => show(!shown))
  addEventListener('keydown', (event) => event.key === 'Escape' && shown && show(false))
  addEventListener('message', (event: MessageEvent<Told | null>) => {
    if (event.origin !== base || !frame || event.source !== frame.contentWindow) return
    const told = event.data?.qiantai
    if (typeof told?.unread === 'number') label(told.unread)
    if (told?.close === true) show(false)
  })

  document.body.append(host)
  window.Qiantai = {
    open: () => show(true),
    close: () => show(false),
    identify(next) {
      if (next === identity) return
      identity = next
      if (frame) make()
    },
  }
  if (kept(sessionStorageOf, OPEN)) show(true)
  // Who has talked to us may get an answer while the chat is closed: the button should say so.
  else if (kept(localStorageOf, USED)) setTimeout(() => frame ?? make(), 2_000)
}

/** No rule of ours reaches the page and none of the page's reaches us; a sheet made by script passes a strict style-src. */
function dress(root: ShadowRoot): void {
  if ('adoptedStyleSheets' in root && 'replaceSync' in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    root.adoptedStyleSheets = [sheet]
  } else {
    const style = document.createElement('style')
    style.textContent = css
    ;(root as ShadowRoot).append(style)
  }
}

const sessionStorageOf = (): Storage => sessionStorage
const localStorageOf = (): Storage => localStorage

function keep(area: () => Storage, key: string, value: string | null): void {
  try {
    if (value === null) area().removeItem(key)
    else area().setItem(key, value)
  } catch {
    // Refused: the next page starts closed.
  }
}

function kept(area: () => Storage, key: string): string | null {
  try {
    return area().getItem(key)
  } catch {
    return null
  }
}

const own = (document.currentScript ?? document.querySelector('script[src$="/widget.js"]')) as HTMLScriptElement | null
if (own && !window.Qiantai) {
  if (document.body) start(own)
  else addEventListener('DOMContentLoaded', () => start(own))
}
