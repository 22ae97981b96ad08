/** @typedef {{ method?: string, body?: string, headers?: Record<string, string>, signal?: AbortSignal }} Options */

/** An answer that is no success; the message is for people. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/**
 * Calls the HTTP API with a token.
 * @param {string} token
 * @param {() => void} onSignedOut called when the token is no longer good
 */
export function createApi(token, onSignedOut) {
  const ended = new AbortController()

  /**
   * @param {string} path
   * @param {Options} [options]
   * @returns {Promise<Response>} of any status
   */
  async function ask(path, options = {}) {
    try {
      return await fetch(path, {
        signal: ended.signal,
        ...options,
        headers: { ...options.headers, authorization: `Bearer ${token}` },
      })
    } catch (error) {
      if (ended.signal.aborted) throw error
      throw new ApiError(0, 'The server cannot be reached.')
    }
  }

  /**
   * @param {string} path
   * @param {Options} [options]
   */
  async function request(path, options) {
    const response = await ask(path, options)
    if (response.ok) return response
    if (response.status === 401) onSignedOut()
    const problem = await response.json().catch(() => ({}))
    throw new ApiError(response.status, problem.detail ?? problem.title ?? `The server answered ${response.status}.`)
  }

  return {
    request,
    /** Ends every request and stream that is open. */
    close: () => ended.abort(),
    signal: ended.signal,
    /**
     * @param {string} path
     * @returns {Promise<any>}
     */
    get: async (path) => (await request(path)).json(),
    /**
     * @param {string} path
     * @param {unknown} body
     * @returns {Promise<any>}
     */
    post: async (path, body) => {
      const headers = { 'content-type': 'application/json' }
      return (await request(path, { method: 'POST', headers, body: JSON.stringify(body) })).json()
    },
    /** Which parts of the server can do their work; it answers 503 where one cannot. @returns {Promise<any>} */
    readiness: async () => (await ask('readyz')).json(),
  }
}

/** @typedef {ReturnType<typeof createApi>} Api */

/** @param {string} id */
export const encode = (id) => encodeURIComponent(id)
