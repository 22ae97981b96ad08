/** A node of Playwright's accessibility tree. */
interface AriaNode {
  readonly role: string
  readonly name?: string
  readonly text?: string
  readonly ref?: string
  readonly url?: string
  readonly children?: readonly (AriaNode | string)[]
  readonly [state: string]: unknown
}

export interface SnapshotOptions {
  /** What stands before each reference. */
  readonly prefix: string
  /** Says whether the value of a field is not to be shown. */
  isHidden(value: string): boolean
  /** Takes secrets out of a text before it is cut. */
  scrub(text: string): string
}

const FIELD_ROLES: ReadonlySet<string> = new Set(['textbox', 'searchbox', 'combobox', 'spinbutton', 'generic'])
const STATES = ['level', 'checked', 'disabled', 'expanded', 'pressed', 'selected', 'active', 'invalid'] as const

const HIDDEN = '[hidden]'
const DEPTH_MAX = 100
const TEXT_MAX_LENGTH = 1000
const URL_MAX_LENGTH = 300

/**
 * Writes an accessibility tree, one node a line, with what an agent can refer to in brackets:
 * `- button "Buy" [disabled] [ref=1e5]`. Texts are quoted, so that no page can write a line of its own.
 */
export function writeSnapshot(tree: unknown, options: SnapshotOptions): string {
  const lines: string[] = []
  writeNodes(Array.isArray(tree) ? (tree as AriaNode[]) : [], 0, lines, options)
  return lines.join('\n')
}

function writeNodes(
  nodes: readonly (AriaNode | string)[],
  depth: number,
  lines: string[],
  options: SnapshotOptions,
): void {
  const indent = '  '.repeat(depth)
  for (const node of nodes) {
    if (typeof node === 'string') {
      lines.push(`${indent}- text ${quoted(node, options.scrub)}`)
      continue
    }
    lines.push(`${indent}- ${lineOf(node, options)}`)
    if (node.children === undefined) continue
    if (depth < DEPTH_MAX) writeNodes(node.children, depth + 1, lines, options)
    else lines.push(`${indent}  - (deeper than ${DEPTH_MAX}: not shown)`)
  }
}

function lineOf(node: AriaNode, { prefix, isHidden, scrub }: SnapshotOptions): string {
  const { role, name, text, ref, url } = node
  const isClickable = node['cursor'] === 'pointer'
  // A container is only there to hold what is inside it.
  const isReferable = ref !== undefined && (role !== 'generic' || isClickable || text !== undefined)
  const parts = [
    role,
    ...(name === undefined || name === '' ? [] : [quoted(name, scrub)]),
    ...STATES.flatMap((state) => stateOf(state, node[state])),
    ...(isClickable ? ['[clickable]'] : []),
    ...(isReferable ? [`[ref=${prefix}${ref}]`] : []),
    ...(typeof url === 'string' ? [`[url=${quoted(url, scrub, URL_MAX_LENGTH)}]`] : []),
  ]
  if (text === undefined || text === '') return parts.join(' ')
  const shown = FIELD_ROLES.has(role) && isHidden(text) ? HIDDEN : quoted(text, scrub)
  return `${parts.join(' ')}: ${shown}`
}

function stateOf(name: string, value: unknown): readonly string[] {
  if (value === true) return [`[${name}]`]
  return typeof value === 'string' || typeof value === 'number' ? [`[${name}=${String(value).slice(0, 20)}]`] : []
}

function quoted(text: string, scrub: (text: string) => string, maxLength = TEXT_MAX_LENGTH): string {
  const kept = text.length > maxLength ? `${scrub(text).slice(0, maxLength)}...` : text
  return JSON.stringify(kept.toWellFormed())
}
