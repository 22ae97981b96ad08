import { encode } from './api.js'
import { element, facts, fill, folded, foreign, webLink } from './elements.js'
import { createThumbnail, signalsOf } from './escalations.js'
import { createPagedList } from './paged-list.js'
import { describeOutcome, duration, readTranscript, textOf, toneOf } from './words.js'

/**
 * A page: what it shows, how it is read again, and whether an event concerns it.
 * @typedef {object} Page
 * @property {string} title
 * @property {HTMLElement} node
 * @property {() => Promise<void>} refresh
 * @property {(event: any) => boolean} concerns
 * @property {() => void} [dispose]
 */

/** @typedef {{ api: import('./api.js').Api, showPicture: (url: string) => void }} Tools */

/** @param {string} status */
const tag = (status) => element('span', { class: `tag ${toneOf(status)}` }, status.replaceAll('-', ' '))

/** @param {string} at */
const time = (at) => element('time', { datetime: at, class: 'soft' }, new Date(at).toLocaleString())

/** @param {string} kind @param {string} name @param {...import('./elements.js').Child} beside */
const heading = (kind, name, ...beside) =>
  element('h2', { tabindex: '-1' }, element('span', { class: 'soft' }, `${kind} `), foreign(name), ...beside)

/** @param {Tools} tools @returns {Page} */
export function agentsPage({ api }) {
  const list = createPagedList({
    api,
    path: 'api/agents',
    row: (agent) => agentRow(agent, api),
    empty: 'There are no agents yet.',
  })
  const node = element('section', {}, element('h2', { tabindex: '-1' }, 'Agents'), list.node)
  const types = new Set([
    'agent-created',
    'agent-updated',
    'agent-deleted',
    'breaker-opened',
    'breaker-closed',
    'resync',
  ])
  return { title: 'Agents', node, refresh: list.refresh, concerns: ({ type }) => types.has(type) }
}

/** @param {any} agent @param {import('./api.js').Api} api */
function agentRow({ id, mode }, api) {
  const breaker = element('span')
  void showBreaker(id, api, breaker)
  return element(
    'li',
    {},
    element('a', { class: 'grow', href: `#/agents/${encode(id)}` }, foreign(id)),
    breaker,
    element('span', { class: `tag ${mode === 'active' ? 'good' : ''}` }, mode),
  )
}

/** @param {string} id @param {import('./api.js').Api} api @param {HTMLElement} place */
async function showBreaker(id, api, place) {
  // An agent that is deleted meanwhile has none.
  const breaker = await api.get(`api/agents/${encode(id)}/breaker`).catch(() => undefined)
  if (breaker === undefined || breaker.status === 'closed') return fill(place, [])
  const until = breaker.openUntil === undefined ? '' : ` until ${new Date(breaker.openUntil).toLocaleTimeString()}`
  const words = breaker.status === 'open' ? `held back${until}` : 'on trial'
  fill(place, [element('span', { class: 'tag bad' }, `${words}: ${breaker.failures} failures`)])
}

/** @param {string} id @param {Tools} tools @returns {Page} */
export function agentPage(id, { api }) {
  const about = element('p')
  const breaker = element('p')
  const list = createPagedList({ api, path: `api/agents/${encode(id)}/tasks`, row: taskRow, empty: 'It has no tasks.' })
  const node = element('section', {}, heading('Agent', id), about, breaker, element('h2', {}, 'Tasks'), list.node)
  async function refresh() {
    const agent = await api.get(`api/agents/${encode(id)}`)
    fill(about, [tag(agent.mode), ' ', element('span', { class: 'soft' }, 'made '), time(agent.createdAt)])
    await Promise.all([showBreaker(id, api, breaker), list.refresh()])
  }
  return { title: id, node, refresh, concerns: ({ agentId, type }) => agentId === id || type === 'resync' }
}

/** @param {any} task */
function taskRow({ id, title, status, outcome, updatedAt }) {
  const said = describeOutcome(outcome)
  return element(
    'li',
    {},
    element('a', { class: 'grow', href: `#/tasks/${encode(id)}` }, foreign(title)),
    tag(status),
    time(updatedAt),
    said !== '' && foreign(shorten(said), 'whole soft'),
  )
}

/** @param {string} text */
const shorten = (text) => (text.length > 200 ? `${text.slice(0, 200)}…` : text)

/** @param {string} id @param {Tools} tools @returns {Page} */
export function taskPage(id, { api }) {
  const head = element('div')
  const list = createPagedList({
    api,
    path: `api/tasks/${encode(id)}/runs`,
    row: runRow,
    empty: 'It was not begun yet.',
  })
  const node = element('section', {}, head, element('h2', {}, 'Runs'), list.node)
  async function refresh() {
    const task = await api.get(`api/tasks/${encode(id)}`)
    fill(head, [
      heading('Task', task.title),
      facts([
        ['Agent', element('a', { href: `#/agents/${encode(task.agentId)}` }, foreign(task.agentId))],
        ['Status', tag(task.status)],
        ['Outcome', task.outcome && foreign(describeOutcome(task.outcome), 'said')],
        ['Waits with', task.waiting && foreign(task.waiting.text)],
        ['Note', task.note && foreign(task.note)],
        ['Attempts', `${task.attempts} of ${task.maxAttempts}`],
        ['Made', time(task.createdAt)],
      ]),
      folded('What it is to do', JSON.stringify({ worker: task.worker, input: task.input }, undefined, 2)),
    ])
    await list.refresh()
  }
  /** @param {any} event */
  const concerns = ({ type, data = {} }) =>
    type === 'resync' || data.task?.id === id || data.run?.taskId === id || data.taskId === id
  return { title: 'Task', node, refresh, concerns }
}

/** @param {any} run */
function runRow({ id, number, status, outcome, startedAt }) {
  return element(
    'li',
    {},
    element('a', { class: 'grow', href: `#/runs/${encode(id)}` }, `Run ${number}`),
    tag(outcome?.type ?? status),
    time(startedAt),
    outcome !== undefined && foreign(shorten(describeOutcome(outcome)), 'whole soft'),
  )
}

/** @param {string} id @param {Tools} tools @returns {Page} */
export function runPage(id, { api, showPicture }) {
  const head = element('div')
  const evidence = element('div')
  const transcript = element('div')
  const node = element('section', {}, head, evidence, element('h2', {}, 'Transcript'), transcript)
  /** @type {ReturnType<typeof createThumbnail> | undefined} */
  let picture

  async function refresh() {
    const run = await api.get(`api/runs/${encode(id)}`)
    const { outcome } = run
    fill(head, [
      heading('Run', String(run.number)),
      facts([
        ['Task', element('a', { href: `#/tasks/${encode(run.taskId)}` }, 'the task')],
        ['Agent', element('a', { href: `#/agents/${encode(run.agentId)}` }, foreign(run.agentId))],
        ['Status', tag(outcome?.type ?? run.status)],
        ['Outcome', outcome && foreign(describeOutcome(outcome), 'said')],
        ['So far', outcome?.partialResult && foreign(outcome.partialResult, 'said')],
        ['Began', time(run.startedAt)],
        ['Took', run.endedAt && duration(Date.parse(run.startedAt), Date.parse(run.endedAt))],
        ['Usage', run.usage && element('pre', { class: 'foreign' }, textOf(run.usage))],
      ]),
    ])
    showEvidence(outcome?.evidence)
    await showTranscript()
  }

  /** @param {any} found */
  function showEvidence(found) {
    if (found?.screenshot !== undefined) picture ??= createThumbnail({ runId: id }, api, showPicture)
    if (found === undefined) return
    fill(evidence, [
      facts([
        ['Address', found.finalUrl && webLink(found.finalUrl)],
        ['HTTP status', found.status],
        ['Seen', found.signals?.length > 0 && signalsOf(found.signals)],
      ]),
      picture?.node,
      found.htmlSnippet && folded('The page’s HTML, its beginning', found.htmlSnippet),
    ])
  }

  async function showTranscript() {
    const lines = await api.request(`api/runs/${encode(id)}/transcript`).then(
      (response) => response.text(),
      () => '',
    )
    const entries = readTranscript(lines).map(({ at, title, text }) =>
      element(
        'li',
        {},
        element('strong', { class: 'grow' }, foreign(title)),
        at !== undefined && element('span', { class: 'soft' }, new Date(at).toLocaleTimeString()),
        text !== '' && element('pre', { class: 'foreign whole', tabindex: '0' }, text),
      ),
    )
    const none = element('p', { class: 'empty' }, 'There is no transcript of this run.')
    fill(transcript, [entries.length === 0 ? none : element('ol', { class: 'rows' }, ...entries)])
  }

  /** @param {any} event */
  const concerns = ({ type, data = {} }) => type === 'resync' || data.run?.id === id
  return { title: 'Run', node, refresh, concerns, dispose: () => picture?.dispose() }
}
