/**
 * An Aho-Corasick automaton over bytes. States that many paths go through have a full row of 256 next states; on the
 * long tails, where only one byte leads on, a state keeps that byte and a link to fall back by: fast where text usually
 * is, small where needles are long.
 */
export interface Automaton {
  /** States below this have a row in `rows`; the root is 0. */
  readonly rowStates: number
  /** Next state of `state` at `byte`, at `state * 256 + byte`. */
  readonly rows: Int32Array
  /** The one byte that leads on from a state without a row, or -1. */
  readonly onlyByte: Int16Array
  readonly onlyNext: Int32Array
  /** State of the longest proper suffix that may still match. */
  readonly fallback: Int32Array
  /** How many bytes of a needle have been read. */
  readonly depth: Int32Array
  /** Index of the longest needle that ends here, or -1. */
  readonly needleEnd: Int32Array
}

/** Builds the automaton of needles, none of them empty or equal to another. */
export function buildAutomaton(needles: readonly Uint8Array[]): Automaton {
  const sorted = sort(needles)
  const automaton = emptyAutomaton(needles.length, sorted.text.length)
  // Level by level, a state's fallback is shallower and therefore complete when the state is reached.
  let level = emptyLevel(needles.length)
  addBranch(level, 0, 0, needles.length)
  let next = emptyLevel(needles.length)
  for (let depth = 0; level.size > 0; depth += 1) {
    next.size = 0
    for (let branch = 0; branch < level.size; branch += 1) {
      const first = settle(automaton, sorted, level, branch, depth)
      grow(automaton, sorted, { state: level.states[branch]!, first, to: level.tos[branch]!, depth }, next)
    }
    ;[level, next] = [next, level]
  }
  return automaton
}

interface Building extends Automaton {
  nextRow: number
  nextTail: number
}

function emptyAutomaton(needles: number, bytes: number): Building {
  // Only the root, its children and states where needles part have a row, so there cannot be more.
  const rowStates = 257 + needles
  const states = rowStates + bytes
  return {
    rowStates,
    rows: new Int32Array(rowStates * 256),
    onlyByte: new Int16Array(states).fill(-1),
    onlyNext: new Int32Array(states),
    fallback: new Int32Array(states),
    depth: new Int32Array(states),
    needleEnd: new Int32Array(states).fill(-1),
    nextRow: 1,
    nextTail: rowStates,
  }
}

/** The states of one depth, each with the stretch of sorted needles that begin with what led to it. */
interface Level {
  size: number
  readonly states: Int32Array
  readonly froms: Int32Array
  readonly tos: Int32Array
}

function emptyLevel(needles: number): Level {
  const most = needles + 1
  return { size: 0, states: new Int32Array(most), froms: new Int32Array(most), tos: new Int32Array(most) }
}

function addBranch(level: Level, state: number, from: number, to: number): void {
  level.states[level.size] = state
  level.froms[level.size] = from
  level.tos[level.size] = to
  level.size += 1
}

interface SortedNeedles {
  /** All needles one after another. */
  readonly text: Uint8Array
  /** Where each begins, and where the last ends. */
  readonly starts: Int32Array
  /** The index that each had before sorting. */
  readonly indexes: Int32Array
}

function sort(needles: readonly Uint8Array[]): SortedNeedles {
  const indexes = Int32Array.from(needles.keys()).toSorted((a, b) => Buffer.compare(needles[a]!, needles[b]!))
  const starts = new Int32Array(needles.length + 1)
  for (const [place, index] of indexes.entries()) starts[place + 1] = starts[place]! + needles[index]!.length
  const text = new Uint8Array(starts.at(-1)!)
  for (const [place, index] of indexes.entries()) text.set(needles[index]!, starts[place])
  return { text, starts, indexes }
}

/** Says what ends at a state and fills its row. Returns the first needle that goes on from it. */
function settle(automaton: Automaton, sorted: SortedNeedles, level: Level, branch: number, depth: number): number {
  const state = level.states[branch]!
  const first = level.froms[branch]!
  const fallback = automaton.fallback[state]!
  if (state < automaton.rowStates && state !== 0) fillRow(automaton, state, fallback)
  // A needle that ends here sorts before those that go on.
  const ends = sorted.starts[first]! + depth === sorted.starts[first + 1]
  automaton.needleEnd[state] = ends ? sorted.indexes[first]! : automaton.needleEnd[fallback]!
  return ends ? first + 1 : first
}

/** Makes the states that follow one state. */
function grow(
  automaton: Building,
  sorted: SortedNeedles,
  { state, first, to, depth }: { state: number; first: number; to: number; depth: number },
  next: Level,
): void {
  const { text, starts } = sorted
  const fallback = automaton.fallback[state]!
  for (let from = first; from < to;) {
    const byte = text[starts[from]! + depth]!
    let end = text[starts[to - 1]! + depth] === byte ? to : from + 1
    while (end < to && text[starts[end]! + depth] === byte) end += 1
    const child = depth === 0 || partsAt(sorted, from, end, depth + 1) ? automaton.nextRow++ : automaton.nextTail++
    automaton.depth[child] = depth + 1
    if (state !== 0) automaton.fallback[child] = step(automaton, fallback, byte)
    if (state < automaton.rowStates) {
      automaton.rows[state * 256 + byte] = child
    } else {
      automaton.onlyByte[state] = byte
      automaton.onlyNext[state] = child
    }
    addBranch(next, child, from, end)
    from = end
  }
}

/** Whether the needles from `from` to before `to`, alike up to `depth`, go on differently from there. */
function partsAt({ text, starts }: SortedNeedles, from: number, to: number, depth: number): boolean {
  const longer = starts[from]! + depth === starts[from + 1] ? from + 1 : from
  return longer < to - 1 && text[starts[longer]! + depth] !== text[starts[to - 1]! + depth]
}

/** Where one byte leads. */
function step(automaton: Automaton, from: number, byte: number): number {
  let state = from
  while (state >= automaton.rowStates) {
    if (automaton.onlyByte[state] === byte) return automaton.onlyNext[state]!
    state = automaton.fallback[state]!
  }
  return automaton.rows[state * 256 + byte]!
}

/** A state goes where its fallback goes, except where it has children of its own. */
function fillRow(automaton: Automaton, state: number, fallback: number): void {
  const tails: number[] = []
  let withRow = fallback
  while (withRow >= automaton.rowStates) {
    tails.push(withRow)
    withRow = automaton.fallback[withRow]!
  }
  automaton.rows.copyWithin(state * 256, withRow * 256, withRow * 256 + 256)
  for (const tail of tails.toReversed()) {
    const byte = automaton.onlyByte[tail]!
    if (byte !== -1) automaton.rows[state * 256 + byte] = automaton.onlyNext[tail]!
  }
}
