import { isWebhookSecret } from '@agentic/webhooks'
import type { Json } from '@agentic/worker-outcome'
import * as v from 'valibot'
import { type Hook, HOOK_SIGNATURES, type HookTask } from '../hooks/hook-store.ts'
import { taskFields } from './task.ts'
import { instant, toInstant } from './time.ts'

/** The task that each call makes: its input is what the hook is called with. */
const { input: _input, ...templateFields } = taskFields
const template = v.strictObject(templateFields)

const signature = v.picklist(HOOK_SIGNATURES, `must be one of ${HOOK_SIGNATURES.join(', ')}`)

function text(most: number) {
  return v.pipe(
    v.string('must be text'),
    v.minLength(1, 'must not be empty'),
    v.maxLength(most, `must have at most ${most} characters`),
  )
}

export const newHookBody = v.pipe(
  v.strictObject({
    name: v.optional(text(200)),
    task: v.optional(template),
    signature: v.optional(signature),
    secret: v.optional(v.pipe(text(200), v.minLength(16, 'must have at least 16 characters'))),
  }),
  v.forward(
    v.partialCheck(
      [['signature'], ['secret']],
      ({ signature: by, secret }) => secret === undefined || by !== undefined,
      'is of use only with a signature: say which',
    ),
    ['secret'],
  ),
  v.forward(
    v.partialCheck(
      [['signature'], ['secret']],
      ({ signature: by, secret }) => secret === undefined || by !== 'standard-webhooks' || isWebhookSecret(secret),
      'must be whsec_ and the base64 of 24 to 64 bytes: leave it out, and one is made',
    ),
    ['secret'],
  ),
  v.metadata({
    ref: 'NewHook',
    description:
      'With `task`, each call makes it, with the body of the call as its `input`; without, a call rings the agent. With `signature`, calls must be signed with `secret`, which is made where it is left out',
  }),
)

const hookFields = {
  id: v.string(),
  agentId: v.string(),
  name: v.optional(v.string()),
  task: v.optional(v.unknown()),
  signature: v.optional(signature),
  createdAt: instant,
}

export const hookView = v.pipe(
  v.object(hookFields),
  v.metadata({ ref: 'Hook', description: 'A way for others to wake an agent; never its token nor its secret' }),
)

export const madeHookView = v.pipe(
  v.object({ ...hookFields, path: v.optional(v.string()), secret: v.optional(v.string()) }),
  v.metadata({
    ref: 'MadeHook',
    description:
      'A hook that was made, with the `path` to post to and the secret to sign with: shown only this once, and not when the request is repeated with its Idempotency-Key',
  }),
)

export function readHookTask(given: v.InferOutput<typeof template> | undefined): HookTask | undefined {
  if (given === undefined) return undefined
  const { wallClockSecs, worker, ...rest } = given
  return { ...rest, worker: worker as Json, wallClockMs: wallClockSecs }
}

export function viewHook({ task, createdAt, ...rest }: Hook): v.InferOutput<typeof hookView> {
  return { ...rest, task: task === undefined ? undefined : viewHookTask(task), createdAt: toInstant(createdAt) }
}

function viewHookTask({ wallClockMs, ...rest }: HookTask): unknown {
  return { ...rest, ...(wallClockMs === undefined ? {} : { wallClockSecs: wallClockMs / 1000 }) }
}
