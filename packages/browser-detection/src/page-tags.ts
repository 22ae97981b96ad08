import { markedTags } from './marked-names.ts'
import { hashOfName } from './scan-html.ts'

/** What the reader does with the elements of one tag. */
export interface PageTag {
  readonly name: string
  /** How many elements are kept, with all their attributes; 0 keeps those alone that carry a marked id or class. */
  readonly room: number
  /** Whether its content is no markup. */
  readonly isRaw: boolean
  /** Whether its text is not text of the page. */
  readonly isMute: boolean
  /** Whether it is a box that authors and serialisers close, so that counting depth with it is safe without a tree. */
  readonly isBox: boolean
  /** Whether it furnishes a page with ways on or with something to read, which no wall does. */
  readonly isFurniture: boolean
}

/** Enough for any wall, bounded for any page. */
const ROOM: Readonly<Record<string, number>> = {
  a: 40,
  form: 40,
  iframe: 60,
  img: 60,
  input: 200,
  link: 40,
  meta: 40,
  script: 120,
  select: 40,
  textarea: 40,
}
const ROOM_OF_MARKED_TAGS = 40
const RAW = ['iframe', 'noembed', 'noframes', 'plaintext', 'script', 'style', 'textarea', 'title', 'xmp']
const MUTE = ['iframe', 'noembed', 'noframes', 'script', 'style', 'textarea', 'title']
const BOXES = ['article', 'aside', 'dialog', 'div', 'form', 'main', 'section']
/** Ways on, something to read or to watch, and the roots of feeds and of maps for crawlers. */
const FURNITURE = ['article', 'aside', 'nav', 'video', 'feed', 'rss', 'urlset']
const DEPTHS = ['noscript', 'svg', 'template']

const byHash = new Map<number, PageTag>()
for (const name of new Set([...Object.keys(ROOM), ...RAW, ...BOXES, ...FURNITURE, ...DEPTHS, ...markedTags])) {
  const hash = hashOfName(name)
  if (byHash.has(hash)) throw new Error(`two tags share a hash: ${name}`)
  byHash.set(hash, {
    name,
    room: ROOM[name] ?? (markedTags.has(name) ? ROOM_OF_MARKED_TAGS : 0),
    isRaw: RAW.includes(name),
    isMute: MUTE.includes(name),
    isBox: BOXES.includes(name),
    isFurniture: FURNITURE.includes(name),
  })
}

/** Gives what is to be done with the tag whose name stands at a place in a page, by the hash of that name. */
export function tagAt(html: string, start: number, end: number, hash: number): PageTag | undefined {
  const tag = byHash.get(hash)
  if (tag === undefined || tag.name.length !== end - start) return undefined
  // Names that share a hash are told apart here.
  for (let index = 0; index < tag.name.length; index++)
    if ((html.charCodeAt(start + index) | 32) !== tag.name.charCodeAt(index)) return undefined
  return tag
}
