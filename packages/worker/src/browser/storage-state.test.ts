import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBrowserRun } from '../../test/browser-run.ts'
import { openSite, type Site } from '../../test/browser-site.ts'
import { createBrowserHost } from './browser-host.ts'
import { createSealedStates } from './sealed-states.ts'
import type { StorageStates } from './storage-state.ts'

let folder: string
let site: Site
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storage-state-'))
  site = await openSite({
    '/sign-in': (_request, response) => {
      response.setHeader('set-cookie', 'session=abc; HttpOnly')
      return `<title>Signed in</title><script>localStorage.setItem('basket', 'full')</script>`
    },
    '/': (request) =>
      `<title>${request.headers.cookie ?? 'nobody'}</title><script>document.title += ' ' + localStorage.getItem('basket')</script>`,
  })
})
afterAll(async () => {
  await site[Symbol.asyncDispose]()
  await rm(folder, { recursive: true })
})

const host = createBrowserHost()

async function visit(path: string, storageStates: StorageStates | undefined, agentId = 'a'): Promise<string> {
  await using run = await openBrowserRun({ agentId, allowedPrivateHosts: [site.host], storageStates }, host)
  return await run.tools().call('navigate', { url: `${site.url}${path}` })
}

test('what an agent is signed in to, its next run is, and no other agent', async () => {
  const states = createSealedStates({ folder, key: new Uint8Array(32).fill(1) })
  expect(await visit('/', states)).toContain('title: nobody null')
  await visit('/sign-in', states)
  expect(await visit('/', states)).toContain('title: session=abc full')
  expect(await visit('/', states, 'b')).toContain('title: nobody null')
  expect(await visit('/', undefined)).toContain('title: nobody null')
})

test('a state that cannot be used is told, without what is in it, and no browser is left', async () => {
  const unusable = (state: string): StorageStates => ({ load: async () => state, save: async () => undefined })
  for (const state of ['session=abc', '{"cookies":[{"name":"session","value":"abc"}]}']) {
    await expect(visit('/', unusable(state))).rejects.toMatchObject({
      code: 'STORAGE_STATE_INVALID',
      message: 'the browser does not take the storage state that is kept for a: delete it to begin anew',
    })
  }
  const locked: StorageStates = { load: () => Promise.reject(new Error('locked')), save: async () => undefined }
  await expect(visit('/', locked)).rejects.toThrow('locked')
})

test('closing the browser in a run keeps what it remembers, for the next tool', async () => {
  const kept = new Map<string, string>()
  const storageStates: StorageStates = {
    load: async (agentId) => kept.get(agentId),
    save: async (agentId, state) => void kept.set(agentId, state),
  }
  await using run = await openBrowserRun({ allowedPrivateHosts: [site.host], storageStates }, host)
  const tools = run.tools()
  await tools.call('navigate', { url: `${site.url}/sign-in` })
  expect(await tools.call('close')).toBe('the browser is closed')
  expect(run.session.isRunning).toBe(false)
  expect(await tools.call('navigate', { url: `${site.url}/` })).toContain('title: session=abc full')
})

describe('what is remembered is kept', () => {
  test('when the run is stopped, as when it is blocked or late, before the browser is gone', async () => {
    const states = createSealedStates({ folder, key: new Uint8Array(32).fill(1) })
    const stop = new AbortController()
    const agentId = 'stopped'
    const options = { agentId, allowedPrivateHosts: [site.host], storageStates: states, signal: stop.signal }
    await using run = await openBrowserRun(options, host)
    await run.tools().call('navigate', { url: `${site.url}/sign-in` })
    stop.abort(new Error('late'))
    await run.session.close()
    expect(run.session.isRunning).toBe(false)
    expect(await visit('/', states, agentId)).toContain('title: session=abc full')
  })

  test('not when the browser is killed meanwhile, which ends it at once', async () => {
    const stop = new AbortController()
    const kill = new AbortController()
    const storageStates: StorageStates = {
      load: async () => undefined,
      save: () => new Promise(() => undefined),
    }
    const options = { allowedPrivateHosts: [site.host], storageStates, signal: stop.signal, killSignal: kill.signal }
    const run = await openBrowserRun(options, host)
    await run.tools().call('navigate', { url: `${site.url}/sign-in` })
    stop.abort(new Error('late'))
    kill.abort()
    await expect.poll(() => run.session.isRunning).toBe(false)
    await rm(run.workspace, { recursive: true })
  })

  test('or told to who closes the session, and is no failure of a run that only leaves it', async () => {
    const storageStates: StorageStates = { load: async () => undefined, save: () => Promise.reject(new Error('full')) }
    const open = async () => {
      const run = await openBrowserRun({ allowedPrivateHosts: [site.host], storageStates }, host)
      await run.tools().call('navigate', { url: `${site.url}/` })
      return run
    }
    await using told = await open()
    await expect(told.session.close()).rejects.toThrow('full')
    const left = await open()
    await left.session[Symbol.asyncDispose]()
    expect(left.session.isRunning).toBe(false)
    await rm(left.workspace, { recursive: true })
  })
})
