/** A run of what words are made of: letters and digits with their marks. */
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu

/** Scripts that write without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** No word of any language; what is longer is data, found by its beginning. */
const LONGEST_TOKEN = 64

/** Twice what a memory holds: a few characters fold into many, and only who is after that has more. */
const MOST_FOLDED = 16_000

const segmenter = new Intl.Segmenter('und', { granularity: 'word' })

/**
 * Splits a text into words as they are compared: compatibility forms folded (NFKC), in lower case, without punctuation.
 * Runs of scripts without spaces are split by the dictionary of the runtime. Linear in the length of the text.
 */
export function tokensOf(text: string): string[] {
  const folded = text.normalize('NFKC').slice(0, MOST_FOLDED).toLowerCase().normalize('NFKC')
  return Array.from(folded.matchAll(WORD), ([run]) => (UNSPACED.test(run) ? segmentsOf(run) : [run]))
    .flat()
    .map((token) => token.slice(0, LONGEST_TOKEN).toWellFormed())
}

function segmentsOf(run: string): string[] {
  return Array.from(segmenter.segment(run)).flatMap(({ segment, isWordLike }) => (isWordLike === true ? segment : []))
}
