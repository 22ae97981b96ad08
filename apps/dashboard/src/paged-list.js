import { element, errorBox, fill } from './elements.js'

/**
 * A list of the API, page after page. Refreshing reads again what is shown.
 * @param {{ api: import('./api.js').Api, path: string, row: (item: any) => HTMLElement, empty: string }} options
 */
export function createPagedList({ api, path, row, empty }) {
  const rows = element('ul', { class: 'rows', hidden: true })
  const problem = element('div')
  const more = element(
    'button',
    { type: 'button', class: 'quiet', hidden: true, click: () => guard(showMore) },
    'Show more',
  )
  const status = element('p', { class: 'empty' }, 'Looking…')
  const node = element('div', {}, rows, status, more, problem)
  let pages = 1
  /** @type {string | undefined} */
  let nextCursor

  /** @param {string | undefined} cursor */
  function read(cursor) {
    const query = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`
    return api.get(`${path}?limit=50${query}`)
  }

  async function refresh() {
    /** @type {any[]} */
    const items = []
    let page = await read(undefined)
    items.push(...page.items)
    for (let count = 1; count < pages && page.nextCursor !== undefined; count += 1) {
      page = await read(page.nextCursor)
      items.push(...page.items)
    }
    fill(rows, items.map(row))
    show(page.nextCursor)
  }

  async function showMore() {
    const page = await read(nextCursor)
    pages += 1
    rows.append(...page.items.map(row))
    show(page.nextCursor)
  }

  /** @param {string | undefined} cursor */
  function show(cursor) {
    nextCursor = cursor
    more.hidden = cursor === undefined
    rows.hidden = rows.children.length === 0
    status.hidden = !rows.hidden
    status.textContent = empty
  }

  /** @param {() => Promise<void>} work */
  async function guard(work) {
    try {
      await work()
      fill(problem, [])
    } catch (error) {
      if (!api.signal.aborted) fill(problem, [errorBox(error)])
    }
  }

  return { node, refresh: () => guard(refresh) }
}
