// The page is as high as what the keyboard leaves free, so that the composer is never under it.

export function followViewport(): void {
  const view = window.visualViewport
  if (!view) return
  const fit = (): void => {
    const style = document.documentElement.style
    // Pinched larger, the page keeps its size: only a keyboard makes it smaller.
    if (view.scale > 1.01) return
    style.setProperty('--height', `${view.height}px`)
    style.setProperty('--top', `${view.offsetTop}px`)
  }
  view.addEventListener('resize', fit)
  view.addEventListener('scroll', fit)
  fit()
}

/** Enter sends where there is a real keyboard. */
export const hasKeyboard = (): boolean => matchMedia('(hover: hover) and (pointer: fine)').matches
