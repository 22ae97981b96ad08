import type { Json } from '@agentic/worker-outcome'

/** How the senders of a hook sign: by the Standard Webhooks convention, or as GitHub does. */
export const HOOK_SIGNATURES = ['standard-webhooks', 'github'] as const
export type HookSignature = (typeof HOOK_SIGNATURES)[number]

/** The task that each call of a hook makes; what it is called with is the task's input. */
export interface HookTask {
  readonly title: string
  readonly worker: Json
  readonly priority?: number | undefined
  readonly wallClockMs?: number | undefined
  readonly maxAttempts?: number | undefined
}

/** A way for others to wake an agent: whoever knows its token may, if it is signed as the hook asks. */
export interface Hook {
  readonly id: string
  readonly agentId: string
  /** What it is for, in the words of whoever made it. */
  readonly name?: string | undefined
  /** Without one, a call rings the agent and makes nothing. */
  readonly task?: HookTask | undefined
  /** How calls must be signed; without it the token alone is asked for. */
  readonly signature?: HookSignature | undefined
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

export type NewHook = Omit<Hook, 'id' | 'createdAt'> & {
  /** What calls are signed with, where a signature is asked for. */
  readonly secret?: string | undefined
}

/** A hook whose token was given, and with it what opens its secret. */
export interface FoundHook {
  readonly hook: Hook
  readonly secret?: string | undefined
}

export interface HookPage {
  readonly items: readonly Hook[]
  readonly nextCursor?: string | undefined
}

/** Keeps hooks. Of a token only its hash is kept, and a secret only sealed by the token: nothing gives either back. */
export interface HookStore {
  /** Makes a hook and its token, told this one time; `full` when the agent has {@link MAX_HOOKS}. */
  create(
    hook: NewHook,
  ): Promise<{ readonly type: 'created'; readonly hook: Hook; readonly token: string } | { readonly type: 'full' }>

  /** Finds the hook of a token. */
  find(token: string): Promise<FoundHook | undefined>

  /** Lists an agent's hooks, oldest first. */
  list(agentId: string, options: { readonly limit: number; readonly cursor?: string | undefined }): Promise<HookPage>

  /** From when this resolves its token wakes nobody; false if the agent has no such hook. */
  delete(agentId: string, id: string): Promise<boolean>

  /** Deletes the hooks of an agent. */
  deleteAgent(agentId: string): Promise<void>
}

/** Most hooks of one agent. */
export const MAX_HOOKS = 100
