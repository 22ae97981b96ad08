import type { OnAnswer } from './api.ts'

// oxlint-disable-next-line typescript/no-explicit-any
type Document = any

export interface SeenAnswers {
  readonly record: OnAnswer
  /** The answers that a document does not tell of, as `GET /api/agents/{id} 418`. */
  undescribedIn(document: Document): string[]
}

/** Remembers which route answered with which status. */
export function createSeenAnswers(): SeenAnswers {
  const seen = new Set<string>()
  return {
    record: (method, path, { status }) => seen.add(`${method} ${path.split('?')[0]} ${status}`),
    undescribedIn(document) {
      const undescribed = new Set<string>()
      for (const answer of seen) {
        const [method = '', path = '', status = ''] = answer.split(' ')
        const route = routeOf(document, method, path)
        if (route === undefined) continue
        const { responses } = document.paths[route][method.toLowerCase()]
        if (!(status in responses)) undescribed.add(`${method} ${route} ${status}`)
      }
      return [...undescribed].toSorted()
    },
  }
}

/** The route of a path; one without parameters goes before one with. */
function routeOf(document: Document, method: string, path: string): string | undefined {
  return Object.keys(document.paths)
    .filter((route) => method.toLowerCase() in document.paths[route])
    .toSorted((one, other) => one.split('{').length - other.split('{').length)
    .find((route) => new RegExp(`^${route.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path))
}
