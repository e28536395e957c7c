// Files dragged from the desktop onto the page.

import { ref } from 'vue'

export function useDrop(onFiles: (files: File[]) => void) {
  const over = ref(false)
  const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false

  addEventListener('dragover', (event) => {
    if (!carriesFiles(event)) return
    event.preventDefault()
    over.value = true
  })
  addEventListener('dragleave', (event) => {
    // Leaving the window, not one of its parts.
    if (!event.relatedTarget) over.value = false
  })
  addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return
    event.preventDefault()
    over.value = false
    onFiles([...(event.dataTransfer?.files ?? [])])
  })
  return over
}
