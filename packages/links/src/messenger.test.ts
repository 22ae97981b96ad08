import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { createEmbeddedTaskStore, type Task, type TaskStore } from '@agentic/tasks'
import { createEmbeddedWakeStore, type EmbeddedWakeStore } from '@agentic/wake'
import { describe, expect, test } from 'vitest'
import { createEmbeddedLinkStore } from './adapters/embedded.ts'
import type { LinkStore } from './link-store.ts'
import { titleOf } from './message-task.ts'
import { createMessenger, type Messenger, type MessengerOptions } from './messenger.ts'

const AGENTS = ['ada', 'bob', 'eve']

interface World {
  readonly ground: EmbeddedStore
  readonly links: LinkStore
  readonly tasks: TaskStore
  readonly wakes: EmbeddedWakeStore
  readonly messenger: Messenger<Task>
}

/** Three agents, ada and bob linked both ways, over real stores whose new tasks ring in the same write. */
async function setup(
  options: Partial<MessengerOptions<Task>> & { readonly ground?: EmbeddedStore } = {},
): Promise<World> {
  const { ground = createMemoryStore(), ...others } = options
  const wakes = createEmbeddedWakeStore(ground)
  const tasks = createEmbeddedTaskStore(ground, {
    alongside: ([change]) =>
      change?.type === 'task-created'
        ? wakes.prepareRing(change.task.agentId, { type: 'message', at: 1 })
        : { operations: [] },
  })
  const links = createEmbeddedLinkStore(ground)
  if ((await links.get('ada', 'bob')) === undefined)
    await links.create({ from: 'ada', to: 'bob', direction: 'two-way' })
  const messenger = createMessenger<Task>({
    links,
    tasks,
    scrub: async (agentId, text) => text.replaceAll(`${agentId}-secret`, '[secret]'),
    hasAgent: async (agentId) => AGENTS.includes(agentId),
    ...others,
  })
  return { ground, links, tasks, wakes, messenger }
}

/** Claims the agent's next task, as its run. */
async function work({ tasks }: World, agentId: string): Promise<Task> {
  const claim = await tasks.claimNextReady(agentId, { leaseMs: 60_000 })
  if (claim === undefined) throw new Error(`${agentId} has nothing to do`)
  return claim.task
}

describe('a message', () => {
  test('L6 becomes a ready task of the receiver, which says who sent it and how they stand', async () => {
    const { messenger, tasks } = await setup()
    const sent = await messenger.send({ from: 'ada', to: 'bob', text: 'Ship v1.2 today\nIt is ready.' })
    expect(sent).toMatchObject({ type: 'sent', created: true })
    const { items } = await tasks.list('bob')
    expect(items).toMatchObject([
      {
        status: 'ready',
        title: 'Ship v1.2 today',
        worker: { type: 'agent', prompt: 'Ship v1.2 today\nIt is ready.' },
        input: { message: 'Ship v1.2 today\nIt is ready.', from: 'ada', relation: 'peer' },
        lineage: { hops: 1, source: 'agent:ada' },
      },
    ])
  })

  test('L6 waits for a person where its link says so', async () => {
    const { messenger, links } = await setup()
    await links.create({ from: 'eve', to: 'ada', kind: 'hierarchical', requiresApproval: true })
    const sent = await messenger.send({ from: 'eve', to: 'ada', text: 'Pay the bill' })
    expect(sent).toMatchObject({ task: { status: 'pending-approval', input: { relation: 'above' } } })
  })

  test('L7 is the receiver’s alone: nothing of it is kept with the sender', async () => {
    const { messenger, ground } = await setup()
    await messenger.send({ from: 'ada', to: 'bob', text: 'Good morning' })
    const rows = await ground.list({})
    const withText = rows.filter(({ value }) => JSON.stringify(value).includes('Good morning'))
    expect(withText.map(({ value }) => (value as { readonly task: Task }).task.agentId)).toEqual(['bob'])
  })

  test('K20 P12 makes its task and rings in one write: killed at any write, there are both or neither', async () => {
    for (const when of ['before', 'after'] as const) {
      for (const atWrite of [1, 2]) {
        const disk = createMemoryStore()
        await setup({ ground: disk })
        let writes = 0
        const dying: EmbeddedStore = {
          ...disk,
          async write(operations) {
            writes += 1
            if (writes > atWrite || (writes === atWrite && when === 'before')) throw new Error('killed')
            await disk.write(operations)
            if (writes === atWrite) throw new Error('killed')
          },
        }
        const { messenger } = await setup({ ground: dying })
        await expect(messenger.send({ from: 'ada', to: 'bob', text: 'Hello' })).rejects.toThrow('killed')
        const next = await setup({ ground: { ...disk } })
        const { items } = await next.tasks.list('bob')
        const begun = await next.wakes.begin('bob')
        expect({ when, atWrite, rings: begun?.wake.triggers.length ?? 0 }).toEqual({
          when,
          atWrite,
          rings: items.length,
        })
        expect(items.length).toBe(atWrite === 2 && when === 'after' ? 1 : 0)
      }
    }
  })

  test('P3 L8 loses the sender’s secrets before anything of it is kept', async () => {
    const { messenger, ground } = await setup()
    await messenger.send({ from: 'ada', to: 'bob', text: 'Log in with ada-secret' })
    const rows = JSON.stringify(await ground.list({}))
    expect(rows).toContain('Log in with [secret]')
    expect(rows).not.toContain('ada-secret')
  })

  test.for([
    ['text', { text: '' }],
    ['text', { text: 'x'.repeat(100_001) }],
    ['text', { text: '\ud800' }],
    ['to', { to: 'b/b' }],
    ['idempotencyKey', { idempotencyKey: 'a\0b' }],
    ['idempotencyKey', { idempotencyKey: 'k'.repeat(256) }],
    ['parentTaskId', { parentTaskId: 'task_000000000000000000000000' }],
    ['urgent', { urgent: true }],
  ] as const)('P20 L8 that is wrong in %s is refused, and makes nothing', async ([field, fields]) => {
    const { messenger, tasks } = await setup()
    const sending = messenger.send({ from: 'ada', to: 'bob', text: 'Hello', ...fields })
    await expect(sending).rejects.toMatchObject({ code: 'LINK_INVALID', field })
    expect((await tasks.list('bob')).items).toEqual([])
  })
})

describe('who may write', () => {
  test('L5 an agent that is not there is named, be it the sender or the receiver', async () => {
    const { messenger } = await setup()
    expect(await messenger.send({ from: 'ada', to: 'Bob', text: 'x' })).toEqual({
      type: 'unknown-agent',
      agentId: 'Bob',
    })
    expect(await messenger.send({ from: 'old', to: 'bob', text: 'x' })).toEqual({
      type: 'unknown-agent',
      agentId: 'old',
    })
  })

  test('L3 nobody without a link, nor against its direction', async () => {
    const { messenger, links, tasks } = await setup()
    expect(await messenger.send({ from: 'eve', to: 'bob', text: 'x' })).toEqual({ type: 'no-link' })
    await links.create({ from: 'eve', to: 'bob', kind: 'hierarchical' })
    expect(await messenger.send({ from: 'bob', to: 'eve', text: 'x' })).toMatchObject({ type: 'wrong-direction' })
    expect((await tasks.list('eve')).items).toEqual([])
    expect((await tasks.list('bob')).items).toEqual([])
  })

  test('P6 an agent that was deleted and made again has no leave of before', async () => {
    const { messenger, links } = await setup()
    await links.deleteAgent('ada')
    expect(await messenger.send({ from: 'ada', to: 'bob', text: 'x' })).toEqual({ type: 'no-link' })
    expect(await messenger.send({ from: 'bob', to: 'ada', text: 'x' })).toEqual({ type: 'no-link' })
  })
})

describe('work that goes from hand to hand', () => {
  test('E22 L8 stops after so many hops: two agents cannot play ping-pong for ever', async () => {
    const world = await setup({ maxHops: 4 })
    const results: string[] = []
    let [from, to] = ['ada', 'bob'] as [string, string]
    let parentTaskId: string | undefined
    for (let turn = 0; turn < 6; turn += 1) {
      const sent = await world.messenger.send({ from, to, text: 'Your turn', parentTaskId })
      results.push(sent.type)
      if (sent.type !== 'sent') break
      const task = await work(world, to)
      expect(task.lineage).toMatchObject({ hops: turn + 1, source: `agent:${from}` })
      parentTaskId = task.id
      ;[from, to] = [to, from]
    }
    expect(results).toEqual(['sent', 'sent', 'sent', 'sent', 'too-many-hops'])
  })

  test('E22 L8 counts the hops of the task at hand, also when the sender does not name it or names another', async () => {
    const world = await setup({ maxHops: 1 })
    const { tasks, messenger } = world
    const { task: innocent } = await tasks.create({ agentId: 'bob', title: 'Mine', worker: null, notBefore: 9e12 })
    await messenger.send({ from: 'ada', to: 'bob', text: 'Go' })
    const task = await work(world, 'bob')
    const refused = { type: 'too-many-hops', hops: 2, maxHops: 1 }
    expect(await messenger.send({ from: 'bob', to: 'ada', text: 'Go on' })).toEqual(refused)
    const named = messenger.send({ from: 'bob', to: 'ada', text: 'Go on', parentTaskId: innocent.id })
    expect(await named).toEqual(refused)
    expect(task.lineage?.hops).toBe(1)
  })

  test('L8 is held to the limit of the link, and what is refused makes nothing', async () => {
    const { messenger, links, tasks } = await setup()
    await links.create({ from: 'eve', to: 'bob', rateLimit: { messages: 2, perMs: 86_400_000 } })
    const results = []
    for (const text of ['1', '2', '3']) results.push(await messenger.send({ from: 'eve', to: 'bob', text }))
    expect(results).toMatchObject([{ type: 'sent' }, { type: 'sent' }, { type: 'rate-limited' }])
    expect((await tasks.list('bob')).items).toHaveLength(2)
  })
})

describe('sending again with the same key', () => {
  const message = { from: 'ada', to: 'bob', text: 'Once', idempotencyKey: 'k' }

  test('L8 answers with the first task, uncounted, even when the link is gone and the task is done', async () => {
    const world = await setup()
    await world.links.delete('ada', 'bob')
    await world.links.create({ from: 'ada', to: 'bob', rateLimit: { messages: 1, perMs: 86_400_000 } })
    const first = await world.messenger.send(message)
    await work(world, 'bob')
    expect(await world.messenger.send(message)).toMatchObject({ type: 'sent', created: false })
    await world.links.delete('ada', 'bob')
    const again = await world.messenger.send(message)
    expect(again).toMatchObject({ type: 'sent', created: false, task: { id: first.type === 'sent' && first.task.id } })
  })

  test('L8 makes one task of many at the same time, out of whichever task they are sent', async () => {
    const world = await setup()
    const { task } = await world.tasks.create({ agentId: 'ada', title: 'Mine', worker: null, notBefore: 9e12 })
    const sending = [undefined, task.id, undefined].map((parentTaskId) => ({ ...message, parentTaskId }))
    const results = await Promise.all(sending.map((one) => world.messenger.send(one)))
    expect(new Set(results.map((result) => result.type === 'sent' && result.task.id)).size).toBe(1)
    expect((await world.tasks.list('bob')).items).toHaveLength(1)
  })

  test('L8 is refused with another text; keys are apart for each pair of agents', async () => {
    const { messenger, links, tasks } = await setup()
    await messenger.send(message)
    const other = messenger.send({ ...message, text: 'Twice' })
    await expect(other).rejects.toMatchObject({ code: 'LINK_IDEMPOTENCY_MISMATCH', field: 'idempotencyKey' })
    await links.create({ from: 'eve', to: 'bob' })
    expect(await messenger.send({ ...message, from: 'eve' })).toMatchObject({ created: true })
    expect((await tasks.list('bob')).items).toHaveLength(2)
  })
})

test.for([
  ['Fix v1.2 of the site. Then rest.', 'Fix v1.2 of the site. Then rest.'],
  ['\n\n  Hello \nthere', 'Hello'],
  ['é'.repeat(200), `${'é'.repeat(119)}…`],
  ['👩‍👩‍👧'.repeat(60), `${'👩‍👩‍👧'.repeat(14)}…`],
] as const)('L6 the title of %j is cut at a line or a character, not at a dot or a byte', ([text, title]) => {
  expect(titleOf(text)).toBe(title)
})
