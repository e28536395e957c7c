// The widget on this page, exactly as a shop would put it there: one script tag.

export function showWidget(identity: string | null, language: string): void {
  if (window.Qiantai) {
    window.Qiantai.identify(identity)
    return
  }
  const script = document.createElement('script')
  script.src = '/widget.js'
  script.async = true
  script.dataset.lang = language
  if (identity) script.dataset.identity = identity
  document.body.append(script)
}
