import type { InjectionKey } from 'vue'

/** Shows a picture of the log large. */
export const OPEN_PICTURE: InjectionKey<(name: string) => void> = Symbol('open picture')
