import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { LinkError } from './errors.ts'
import { type Link, type Relation, relationOf } from './link.ts'
import type { Admission, LinkStore } from './link-store.ts'
import { sourceOf, titleOf } from './message-task.ts'
import { agentIdSchema, objectMessage, parse, wholeNumber } from './validation.ts'

/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** A message of one agent to another. */
export interface Message {
  readonly from: string
  readonly to: string
  /** 1 to 100,000 characters. */
  readonly text: string
  /** The sender's task that it is written in; without it, whichever task the sender works on counts its hops. */
  readonly parentTaskId?: string | undefined
  /** Sending again with the same key and text answers with the first task; 1 to 255 characters. Keys are apart for each pair. */
  readonly idempotencyKey?: string | undefined
}

/** The task that a message becomes, of the receiver. */
export interface MessageTask {
  readonly agentId: string
  readonly title: string
  readonly worker: Json
  readonly input: { readonly message: string; readonly from: string; readonly relation: Relation }
  readonly requiresApproval: boolean
  readonly lineage: { readonly parentId?: string | undefined; readonly hops: number; readonly source: string }
  readonly idempotencyKey?: string | undefined
}

/** What is known of a task that exists. */
export interface KnownTask {
  readonly id: string
  readonly agentId: string
  readonly input?: unknown
  readonly lineage?: { readonly hops: number } | undefined
}

/** What messages need of a store of tasks; that of `@agentic/tasks` fits. Its `create` rings the receiver in the same write. */
export interface MessageTasks<Task extends KnownTask> {
  create(task: MessageTask): Promise<{ readonly task: Task; readonly created: boolean }>
  get(taskId: string): Promise<Task | undefined>
  getByIdempotencyKey(agentId: string, idempotencyKey: string): Promise<Task | undefined>
  list(
    agentId: string,
    options: { readonly status: 'in-progress'; readonly limit: number },
  ): Promise<{
    readonly items: readonly Task[]
  }>
}

export interface MessengerOptions<Task extends KnownTask> {
  readonly links: LinkStore
  readonly tasks: MessageTasks<Task>
  /** Takes the sender's secrets out of what it writes, before anything is kept. */
  readonly scrub: (agentId: string, text: string) => Promise<string>
  readonly hasAgent: (agentId: string) => Promise<boolean>
  /**
   * Through how many hands work may go, from one message to the next.
   * @default 8
   */
  readonly maxHops?: number | undefined
  /**
   * What works on a message.
   * @default a language model: `{ type: 'agent', prompt }`
   */
  readonly workerFor?: ((message: Message, link: Link) => Json) | undefined
}

/** What became of a message. */
export type SendResult<Task> =
  | { readonly type: 'sent'; readonly task: Task; readonly created: boolean }
  | { readonly type: 'unknown-agent'; readonly agentId: string }
  | { readonly type: 'too-many-hops'; readonly hops: number; readonly maxHops: number }
  | Exclude<Admission, { readonly type: 'admitted' }>

/** Hands work from agent to agent. */
export interface Messenger<Task extends KnownTask> {
  /**
   * Makes a task for the receiver of what the sender writes, if there is a link that lets it. Rejects with LINK_INVALID
   * or LINK_IDEMPOTENCY_MISMATCH; nothing is made then, nor with any result but `sent`.
   */
  send(message: Message): Promise<SendResult<Task>>
}

const DEFAULT_MAX_HOPS = 8

/** An agent works on one task at a time; this is a bound, not a page. */
const MOST_AT_WORK = 500

const text = (longest: number): v.GenericSchema<unknown, string> =>
  v.pipe(
    v.string('must be text'),
    v.check((value) => value.trim() !== '', 'must not be empty'),
    v.check((value) => value.length <= longest, `must be at most ${longest} characters long`),
    v.check((value) => value.isWellFormed(), 'must be well-formed Unicode'),
  )

const messageSchema: v.GenericSchema<unknown, Message> = v.strictObject(
  {
    from: agentIdSchema,
    to: agentIdSchema,
    text: text(100_000),
    parentTaskId: v.optional(text(200)),
    idempotencyKey: v.optional(
      v.pipe(
        text(255),
        v.check((value) => !/\p{Cc}/u.test(value), 'must not hold control characters'),
      ),
    ),
  },
  objectMessage,
)

/** Makes a {@link Messenger}. */
export function createMessenger<Task extends KnownTask>(options: MessengerOptions<Task>): Messenger<Task> {
  const { links, tasks, scrub, hasAgent, workerFor = ({ text: prompt }) => ({ type: 'agent', prompt }) } = options
  const maxHops = parse(wholeNumber(1, 1000), options.maxHops ?? DEFAULT_MAX_HOPS, 'maxHops')

  /** The task of an earlier sending; the link may be gone since, and counts nothing. */
  async function findEarlier({ from, to, text: scrubbed, idempotencyKey }: Message): Promise<Task | undefined> {
    if (idempotencyKey === undefined) return undefined
    const task = await tasks.getByIdempotencyKey(to, keyOf(from, idempotencyKey))
    if (task === undefined) return undefined
    const { message } = (task.input ?? {}) as { readonly message?: unknown }
    if (message === scrubbed) return task
    const problem = 'was used with another text: repeat that text, or take another key'
    throw new LinkError('LINK_IDEMPOTENCY_MISMATCH', 'idempotencyKey', problem)
  }

  /** The hands that the sender's work has gone through: what it says, or what it is at, so that leaving it out gains nothing. */
  async function parentOf({ from, parentTaskId }: Message): Promise<Task | undefined> {
    const { items } = await tasks.list(from, { status: 'in-progress', limit: MOST_AT_WORK })
    const atWork = items.reduce<Task | undefined>(deeper, undefined)
    if (parentTaskId === undefined) return atWork
    const named = await tasks.get(parentTaskId)
    if (named?.agentId === from) return deeper(named, atWork)
    throw new LinkError('LINK_INVALID', 'parentTaskId', 'must be a task of the sender')
  }

  async function make(message: Message, link: Link, parent: Task | undefined): Promise<SendResult<Task>> {
    const { from, to, text: scrubbed, idempotencyKey } = message
    const task: MessageTask = {
      agentId: to,
      title: titleOf(scrubbed),
      worker: workerFor(message, link),
      input: { message: scrubbed, from, relation: relationOf(link, from) },
      requiresApproval: link.requiresApproval,
      lineage: {
        ...(parent === undefined ? {} : { parentId: parent.id }),
        hops: hopsOf(parent) + 1,
        source: sourceOf(from),
      },
      ...(idempotencyKey === undefined ? {} : { idempotencyKey: keyOf(from, idempotencyKey) }),
    }
    try {
      return { type: 'sent', ...(await tasks.create(task)) }
    } catch (error) {
      // The same was sent at the same time, out of another task perhaps.
      const earlier = await findEarlier(message)
      if (earlier === undefined) throw error
      return { type: 'sent', task: earlier, created: false }
    }
  }

  return {
    async send(input) {
      const accepted = parse(messageSchema, input, 'message')
      const { from, to } = accepted
      const message = { ...accepted, text: await scrub(from, accepted.text) }
      for (const agentId of [from, to]) if (!(await hasAgent(agentId))) return { type: 'unknown-agent', agentId }
      const earlier = await findEarlier(message)
      if (earlier !== undefined) return { type: 'sent', task: earlier, created: false }
      const parent = await parentOf(message)
      const hops = hopsOf(parent) + 1
      if (hops > maxHops) return { type: 'too-many-hops', hops, maxHops }
      const admission = await links.admit(from, to)
      return admission.type === 'admitted' ? make(message, admission.link, parent) : admission
    },
  }
}

function deeper<Task extends KnownTask>(one: Task | undefined, other: Task | undefined): Task | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return hopsOf(other) > hopsOf(one) ? other : one
}

function hopsOf(task: KnownTask | undefined): number {
  return task?.lineage?.hops ?? 0
}

/** Apart for each sender, short, and with a space, which no key of a caller over HTTP may hold: nobody takes it first. */
function keyOf(from: string, idempotencyKey: string): string {
  return `message ${from} ${createHash('sha256').update(idempotencyKey).digest('base64url')}`
}
