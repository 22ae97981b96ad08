/** Takes secrets out of a text. */
export type Scrub = (text: string) => string

/** What stands for a text when the scrubber itself failed: nothing unscrubbed ever passes. */
export const WITHHELD_TEXT = '[withheld: it could not be scrubbed]'

/** A scrubber that withholds what the given one fails on. */
export function failClosed(scrub: Scrub): Scrub {
  return (text) => {
    try {
      return scrub(text)
    } catch {
      return WITHHELD_TEXT
    }
  }
}
