import { emptier, type Look, status } from '../marker.ts'

/** A notice is a few sentences; small pages of documentation, which say the same, are longer. */
export const NOTICE: Look = emptier(80, 900)

/** A gate says what it does in a line or two. */
export const LINE: Look = emptier(60, 500)

/** Statuses of defences, and of nobody who is merely busy. */
export const REFUSES: Look = status(401, 403, 405, 406, 412, 418, 420, 428, 429, 430, 468, 498, 503, 999)
