import { encode } from './api.js'
import { element, errorBox, facts, fill, folded, foreign, webLink } from './elements.js'
import { watchRun } from './follow-events.js'
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

const READ_AGAIN_MS = 300

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
    row: agentRow,
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

/** @param {any} agent */
function agentRow({ id, mode, breaker }) {
  return element(
    'li',
    {},
    element('a', { class: 'grow', href: `#/agents/${encode(id)}` }, foreign(id)),
    breaker !== undefined && breakerTag(breaker),
    element('span', { class: `tag ${mode === 'active' ? 'good' : ''}` }, mode),
  )
}

/** @param {any} breaker */
function breakerTag({ status, openUntil, failures }) {
  const until = openUntil === undefined ? '' : ` until ${new Date(openUntil).toLocaleTimeString()}`
  const words = status === 'open' ? `held back${until}` : 'on trial'
  return element('span', { class: 'tag bad' }, `${words}: ${failures} failures`)
}

/**
 * A button that does something and says what went wrong beside itself.
 * @param {string} words
 * @param {() => Promise<unknown>} act
 * @param {string} [className]
 */
function actButton(words, act, className) {
  const problem = element('span')
  /** @param {Event} event */
  const click = async ({ currentTarget }) => {
    const button = /** @type {HTMLButtonElement} */ (currentTarget)
    button.disabled = true
    try {
      await act()
    } catch (error) {
      fill(problem, [errorBox(error)])
    }
    button.disabled = false
  }
  return element('span', {}, element('button', { type: 'button', class: className, click }, words), ' ', problem)
}

/** @param {string} id @param {Tools} tools @returns {Page} */
export function agentPage(id, { api }) {
  const about = element('p')
  const held = element('p')
  const dead = element('div')
  const list = createPagedList({ api, path: `api/agents/${encode(id)}/tasks`, row: taskRow, empty: 'It has no tasks.' })
  const node = element('section', {}, heading('Agent', id), about, held, dead, element('h2', {}, 'Tasks'), list.node)
  const path = `api/agents/${encode(id)}`
  const goOn = actButton('Let it go on', async () => {
    await api.post(`${path}/breaker/reset`, {})
    await refresh()
  })

  async function showDead() {
    const { items } = await api.get(`${path}/wakes/dead?limit=50`)
    if (items.length === 0) return fill(dead, [])
    const revive = async () => {
      await api.post(`${path}/wakes/dead/revive`, {})
      await showDead()
    }
    const discard = async () => {
      await api.request(`${path}/wakes/dead`, { method: 'DELETE' })
      await showDead()
    }
    fill(dead, [
      element('h2', {}, 'Dead wakes'),
      ...items.map(deadWakeCard),
      element('p', {}, actButton('Ring them again', revive), ' ', actButton('Discard them', discard, 'quiet')),
    ])
  }

  async function refresh() {
    const agent = await api.get(path)
    fill(about, [tag(agent.mode), ' ', element('span', { class: 'soft' }, 'made '), time(agent.createdAt)])
    fill(held, agent.breaker === undefined ? [] : [breakerTag(agent.breaker), ' ', goOn])
    await Promise.all([showDead(), list.refresh()])
  }
  return { title: id, node, refresh, concerns: ({ agentId, type }) => agentId === id || type === 'resync' }
}

/** @param {any} wake */
function deadWakeCard({ triggers, more, attempts, error, diedAt }) {
  const reasons = triggers.map(
    (/** @type {any} */ { type, reason }) => `${type}${reason === undefined ? '' : `: ${reason}`}`,
  )
  return element(
    'div',
    { class: 'card' },
    facts([
      ['Failed with', foreign(error)],
      ['Attempts', attempts],
      ['Rung by', foreign([...reasons, ...(more === 0 ? [] : [`${more} more`])].join(', '))],
      ['Given up', time(diedAt)],
    ]),
  )
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
  const gone = new AbortController()
  /** @type {Promise<void> | undefined} */
  let watching
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let reading

  /** What a run says in a burst is read once. */
  function readSoon() {
    reading ??= setTimeout(() => {
      reading = undefined
      void showTranscript()
    }, READ_AGAIN_MS)
  }

  async function refresh() {
    const run = await api.get(`api/runs/${encode(id)}`)
    if (run.status === 'running') {
      watching ??= watchRun(api, `api/runs/${encode(id)}/events`, { signal: gone.signal, onSign: readSoon })
    }
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
  function dispose() {
    gone.abort()
    clearTimeout(reading)
    picture?.dispose()
  }
  return { title: 'Run', node, refresh, concerns, dispose }
}
