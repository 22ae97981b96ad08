import MiniSearch from 'minisearch'
import { tokensOf } from '../tokens.ts'
import type { Scored } from './ranking.ts'

/** What of a query is looked at: enough for a whole message, little enough for any. */
const QUERY_CHARACTERS = 4000
const QUERY_WORDS = 32

/** Shorter words begin or resemble too many others. */
const SHORTEST_PREFIX = 3
const SHORTEST_FUZZY = 5

/** The words of one agent's memories, ranked by BM25. */
export interface TextIndex {
  put(id: string, content: string): void
  remove(id: string): void
  /** What has at least one word of the query, or one that begins with it or is nearly it; best first. */
  search(query: string, isWanted: (id: string) => boolean): Scored[]
}

export function createTextIndex(): TextIndex {
  const search = new MiniSearch<{ id: string; content: string }>({
    fields: ['content'],
    tokenize: tokensOf,
    processTerm: (term) => term,
    // It would clean up on a timer; an index lives as long as its agent is awake, and cleans up as it searches.
    autoVacuum: false,
    searchOptions: {
      tokenize: wordsOfQuery,
      prefix: (term) => term.length >= SHORTEST_PREFIX,
      fuzzy: (term) => (term.length >= SHORTEST_FUZZY && !/\p{N}/u.test(term) ? 0.2 : false),
      maxFuzzy: 2,
    },
  })
  return {
    put(id, content) {
      if (search.has(id)) search.replace({ id, content })
      else search.add({ id, content })
    },
    remove(id) {
      if (search.has(id)) search.discard(id)
    },
    search(query, isWanted) {
      const filter = ({ id }: { readonly id: unknown }): boolean => isWanted(id as string)
      return search
        .search(query.slice(0, QUERY_CHARACTERS), { filter })
        .map(({ id, score }) => ({ id: id as string, score }))
    },
  }
}

/** The first different words of a query. What looks like an operator is punctuation. */
export function wordsOfQuery(query: string): string[] {
  return [...new Set(tokensOf(query.slice(0, QUERY_CHARACTERS)))].slice(0, QUERY_WORDS)
}
