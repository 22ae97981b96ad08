/** One element that detection may need: scripts, frames, forms, fields, and whatever carries a marked id or class. */
export interface PageElement {
  /** Tag name in lower case; empty for a tag that nobody asks for and that only carries a mark. */
  readonly tag: string
  /** Attributes by lower-case name, entities decoded, each value cut to its head. */
  readonly attributes: ReadonlyMap<string, string>
  /** Whether the element, or a box around it, is hidden by its own inline style or attribute. */
  readonly isHidden: boolean
  /** Whether a box around it says `visibility: visible`, which is how captcha products open a challenge. */
  readonly isShown: boolean
  /** Whether it stands inside `noscript`. */
  readonly isNoscript: boolean
  /** Which form it stands in, counted from 0; undefined outside any form. */
  readonly form: number | undefined
}

/** How large a page is: the one thing that tells a wall from a page with content. */
export interface PageShape {
  readonly elements: number
  readonly links: number
  /** Visible characters without white space; counting stops soon after 12,000. */
  readonly characters: number
}

/** What one pass over the HTML of a page collects. */
export interface Page {
  readonly title: string
  /** Start of the visible text, entities decoded, white space collapsed; of a page without any, its title. */
  readonly text: string
  readonly noscriptText: string
  /** Heads of the inline scripts. */
  readonly scripts: readonly string[]
  /** Heads of the first comments. */
  readonly comments: readonly string[]
  readonly elements: readonly PageElement[]
  readonly byTag: ReadonlyMap<string, readonly PageElement[]>
  /** Kept elements by the marked `#id` and each marked `.class` that they carry. */
  readonly byMark: ReadonlyMap<string, readonly PageElement[]>
  /** Tags found that furnish a page: `nav`, `article`, `aside`. */
  readonly furniture: ReadonlySet<string>
  readonly shape: PageShape
  /** Whether the middle was left out because the page is over the cap. */
  readonly isCut: boolean
}

/**
 * Says whether nothing but a wall fits on the page.
 * The largest of 184 real block pages had 84 elements and 6 links; the room above is for what a browser adds when it renders one.
 */
export function isBare({ shape }: Page): boolean {
  return shape.elements <= 150 && shape.links <= 15 && shape.characters <= 1500
}

/** Says whether the page has so much content that marks in it cannot be all there is. */
export function isFull({ shape }: Page): boolean {
  return shape.elements > 400 || shape.links > 50 || shape.characters > 10_000
}

/** Gives the kept elements of a tag. */
export function elementsOf(page: Page, tag: string): readonly PageElement[] {
  return page.byTag.get(tag) ?? []
}
