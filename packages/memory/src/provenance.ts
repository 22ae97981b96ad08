import type { Provenance } from './memory.ts'

/** Most sources that a memory names. */
export const MOST_SOURCES = 20

/** Joins sources, each once at its earliest instant; of too many, the first and the newest stay. Oldest first. */
export function joinProvenance(...lists: readonly (readonly Provenance[])[]): readonly Provenance[] {
  const bySource = new Map<string, Provenance>()
  for (const source of lists.flat().toSorted(byAge)) {
    const name = `${source.type}\0${source.id}`
    if (!bySource.has(name)) bySource.set(name, source)
  }
  const all = [...bySource.values()]
  return all.length <= MOST_SOURCES ? all : [...all.slice(0, 1), ...all.slice(1 - MOST_SOURCES)]
}

function byAge(one: Provenance, other: Provenance): number {
  return one.at - other.at || compareText(one.type, other.type) || compareText(one.id, other.id)
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
