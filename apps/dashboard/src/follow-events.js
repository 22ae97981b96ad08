import { ApiError } from './api.js'

const PAUSE_MS = { first: 500, most: 15_000 }

/** The server says every 15 s that it lives: a stream that is silent for so long is broken, whatever the network says. */
const SILENCE_MS = 45_000

/**
 * Reads server-sent events out of a stream's text, as it comes.
 * @param {(event: { id: string, type: string, data: string }) => void} onEvent
 * @returns {(chunk: string) => void}
 */
export function createEventReader(onEvent) {
  let rest = ''
  let id = ''
  let type = ''
  /** @type {string[]} */
  let data = []

  /** @param {string} line */
  function take(line) {
    if (line === '') {
      if (data.length > 0) onEvent({ id, type, data: data.join('\n') })
      type = ''
      data = []
      return
    }
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
    if (field === 'id') id = value
    if (field === 'event') type = value
    if (field === 'data') data.push(value)
  }

  return (chunk) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) take(line.replace(/\r$/, ''))
  }
}

/**
 * Watches a run until it ends, says what it does on any sign of life, and ends quietly when the connection does: the end of
 * the run is told by other events too.
 * @param {import('./api.js').Api} api
 * @param {string} path
 * @param {{ signal: AbortSignal, onSign: () => void }} options
 */
export async function watchRun(api, path, { signal, onSign }) {
  try {
    const response = await api.request(path, { signal: AbortSignal.any([api.signal, signal]) })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    const read = createEventReader(onSign)
    for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read())
      read(part.value)
  } catch {
    // What was read so far stays.
  }
}

/**
 * Follows what happens until the API is closed, over broken connections: it goes on after the last event that was seen.
 * @param {import('./api.js').Api} api
 * @param {{ onEvent: (event: any) => void, onConnection: (isConnected: boolean) => void }} listeners
 */
export async function followEvents(api, { onEvent, onConnection }) {
  let last = ''
  let pauseMs = PAUSE_MS.first
  /** @param {{ id: string, type: string, data: string }} message */
  function take({ id, type, data }) {
    last = id
    onEvent({ ...JSON.parse(data), type })
  }

  while (!api.signal.aborted) {
    const silent = new AbortController()
    const listen = () => setTimeout(() => silent.abort(), SILENCE_MS)
    let silence = listen()
    try {
      const headers = last === '' ? {} : { 'last-event-id': last }
      const signal = AbortSignal.any([api.signal, silent.signal])
      const response = await api.request('api/events', { headers, signal })
      onConnection(true)
      const read = createEventReader(take)
      pauseMs = PAUSE_MS.first
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
        clearTimeout(silence)
        silence = listen()
        read(part.value)
      }
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return
    } finally {
      clearTimeout(silence)
    }
    if (api.signal.aborted) return
    onConnection(false)
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    pauseMs = Math.min(pauseMs * 2, PAUSE_MS.most)
  }
}
