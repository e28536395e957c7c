// Sound, title and desktop notifications. The socket's handler calls these.
import type { AlertWhat, Row, RowWhy } from '../types'

/** A ticket was opened in a group of mine, or became mine. */
export function rowCame(_row: Row, _why: RowWhy): void {}

/** A customer of mine wrote. */
export function visitorWrote(_row: Row): void {}

/** A clock of a ticket ran low or out. */
export function alerted(_row: Row, _what: AlertWhat): void {}
