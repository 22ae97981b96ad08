import { encode } from './api.js'
import { element, foreign } from './elements.js'
import { describeEvent } from './words.js'

/** How many events are shown. */
const KEPT = 100

/** What happens, newest first; kept while other pages are shown. */
export function createFeed() {
  const empty = element('p', { class: 'empty' }, 'What happens from now on is shown here.')
  const rows = element('ol', { class: 'rows', reversed: true, hidden: true })
  const node = element('section', {}, element('h2', { tabindex: '-1' }, 'Live'), empty, rows)
  return {
    node,
    /** @param {any} event */
    add(event) {
      empty.hidden = true
      rows.hidden = false
      rows.prepend(rowOf(event))
      while (rows.children.length > KEPT) rows.lastElementChild?.remove()
    },
  }
}

/** @param {any} event */
function rowOf(event) {
  const { at, agentId, data = {} } = event
  const taskId = data.task?.id ?? data.run?.taskId ?? data.taskId
  const words = foreign(describeEvent(event))
  const when = at === undefined ? new Date() : new Date(at)
  return element(
    'li',
    {},
    element('span', { class: 'soft' }, when.toLocaleTimeString()),
    taskId === undefined
      ? element('span', { class: 'grow' }, words)
      : element('a', { class: 'grow', href: `#/tasks/${encode(taskId)}` }, words),
    agentId !== undefined && element('a', { href: `#/agents/${encode(agentId)}` }, foreign(agentId)),
  )
}
