// A file of the phone made ready to travel.

import { isHeic, looksLikePicture, MAX_BYTES, plan, QUALITY } from '../logic/shrink'
import { t } from '../i18n'

/** The picture as it will be sent. Throws an Error whose message is for the reader. */
export async function prepared(file: File): Promise<Blob> {
  const name = file.name.length > 24 ? `${file.name.slice(0, 20)}…` : file.name
  if (!looksLikePicture(file)) throw new Error(t('pictureNot', { name }))
  const bitmap = await decoded(file).catch(() => null)
  if (!bitmap) throw new Error(t(isHeic(file) ? 'pictureHeic' : 'pictureBroken', { name }))
  try {
    const { to } = plan(file.type, file.size, bitmap.width, bitmap.height)
    const blob = to ? await drawn(bitmap, to) : file
    if (blob.size > MAX_BYTES) throw new Error(t('pictureBig', { name }))
    return blob
  } finally {
    bitmap.close()
  }
}

/** Upright, as the camera meant it. */
const decoded = (file: File): Promise<ImageBitmap> => createImageBitmap(file, { imageOrientation: 'from-image' })

function drawn(bitmap: ImageBitmap, { width, height, type }: { width: number; height: number; type: string }): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  const paper = canvas.getContext('2d')!
  if (type === 'image/jpeg') {
    // JPEG knows no transparency: what was clear would turn black.
    paper.fillStyle = '#fff'
    paper.fillRect(0, 0, width, height)
  }
  paper.imageSmoothingQuality = 'high'
  paper.drawImage(bitmap, 0, 0, width, height)
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('canvas'))), type, QUALITY))
}
