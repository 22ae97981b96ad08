import type { BrowserContext } from 'playwright-core'
import { WorkerError } from '../errors.ts'
import { bounded } from './bounded.ts'

/**
 * Keeps what an agent's browser remembers from run to run: cookies and what sites stored, as one text. It signs in
 * wherever the agent was signed in, so whoever keeps it keeps it encrypted.
 */
export interface StorageStates {
  /** `undefined` when there is none. Rejects when there is one that cannot be read. */
  load(agentId: string): Promise<string | undefined>
  /** Replaces what was kept. */
  save(agentId: string, state: string): Promise<void>
}

/** Most characters of a state; sites can store a great deal. */
const STATE_MAX_LENGTH = 4_194_304

const STATE_MS = 5000

/** Gives a browser that has just been started an agent's state. Rejects with STORAGE_STATE_INVALID. */
export async function restoreState(context: BrowserContext, agentId: string, states: StorageStates): Promise<void> {
  const state = await states.load(agentId)
  if (state === undefined) return
  try {
    await context.setStorageState(JSON.parse(state))
  } catch {
    // What it says of the error may be a cookie.
    const message = `the browser does not take the storage state that is kept for ${agentId}: delete it to begin anew`
    throw new WorkerError('STORAGE_STATE_INVALID', message)
  }
}

/** Keeps a browser's state, before it is ended. Rejects with STORAGE_STATE_INVALID where there is too much of it. */
export async function keepState(context: BrowserContext, agentId: string, states: StorageStates): Promise<void> {
  const taken = await bounded(context.storageState({ indexedDB: true }), STATE_MS, {
    onLimit: () => new WorkerError('PAGE_UNRESPONSIVE', 'the storage state could not be read in time'),
  })
  const state = JSON.stringify(taken)
  if (state.length > STATE_MAX_LENGTH) {
    const message = `the storage state of ${agentId} has ${state.length} characters, more than ${STATE_MAX_LENGTH}: it is not kept`
    throw new WorkerError('STORAGE_STATE_INVALID', message)
  }
  await states.save(agentId, state)
}
