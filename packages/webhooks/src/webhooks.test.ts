import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import { type EmbeddedEventLog, type Event, openEmbeddedEventLog } from '@agentic/events'
import fc from 'fast-check'
import { Webhook as Verifier } from 'standardwebhooks'
import { describe, expect, test, vi } from 'vitest'
import { openReceiver, type Received } from '../test/receiver.ts'
import { createEmbeddedWebhookStore } from './adapters/embedded.ts'
import type { Attempt } from './deliver.ts'
import type { WebhookSecrets } from './ports.ts'
import { MAX_WEBHOOKS, openWebhooks, type Webhooks, type WebhooksOptions } from './webhooks.ts'

const HOUR = 3_600_000
const told = (n: number, fields: object = {}) => ({ type: 'thing-happened', data: { n }, ...fields })

/** A clock that stands still unless told to go on. */
function createClock() {
  // The real time: receivers refuse signatures of another.
  let now = Date.now()
  const timers = new Map<symbol, { readonly run: () => void; readonly at: number }>()
  function runDue(): void {
    for (const [id, { run, at }] of timers) {
      if (at > now) continue
      timers.delete(id)
      run()
    }
  }
  return {
    now: () => now,
    setTimer(run: () => void, delayMs: number) {
      const id = Symbol('timer')
      timers.set(id, { run, at: now + delayMs })
      queueMicrotask(runDue)
      return () => void timers.delete(id)
    },
    pass(ms: number) {
      now += ms
      runDue()
    },
    timers: () => timers.size,
  }
}

/** Secrets that can be locked away. */
function createSecrets() {
  const kept = new Map<string, string[]>()
  let open: PromiseWithResolvers<void> | undefined
  const refuse = (): void => {
    if (open !== undefined) throw new Error('locked')
  }
  const secrets: WebhookSecrets = {
    async put(id, secret) {
      refuse()
      kept.set(id, [secret])
    },
    async read(id) {
      refuse()
      return kept.get(id) ?? []
    },
    async delete(id) {
      refuse()
      kept.delete(id)
    },
    usable: ({ signal }) =>
      Promise.race([
        open?.promise,
        new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      ]),
  }
  return {
    secrets,
    kept,
    lock: () => (open = Promise.withResolvers()),
    unlock() {
      open?.resolve()
      open = undefined
    },
  }
}

interface Ground extends AsyncDisposable {
  readonly store: EmbeddedStore
  readonly log: EmbeddedEventLog
  readonly clock: ReturnType<typeof createClock>
  readonly vault: ReturnType<typeof createSecrets>
  readonly attempts: readonly Attempt[]
  readonly troubles: readonly unknown[]
  /** Opens and starts the webhooks of this ground; a second time after closing is a restart. */
  open(options?: Partial<WebhooksOptions>): Promise<Webhooks>
  /** Resolves once so many attempts were made. */
  attempted(wanted: number): Promise<void>
}

async function setup(keep = 100_000): Promise<Ground> {
  const store = createMemoryStore()
  const [clock, vault] = [createClock(), createSecrets()]
  const log = await openEmbeddedEventLog(store, { keep, clock: clock.now })
  const attempts: Attempt[] = []
  const troubles: unknown[] = []
  const opened: Webhooks[] = []
  return {
    store,
    log,
    clock,
    vault,
    attempts,
    troubles,
    async open(options = {}) {
      const webhooks = await openWebhooks({
        store: createEmbeddedWebhookStore(store),
        events: log,
        secrets: vault.secrets,
        fetch,
        clock,
        urlRefusal: () => undefined,
        onAttempt: (attempt) => attempts.push(attempt),
        onTrouble: ({ error }) => troubles.push(error),
        ...options,
      })
      opened.push(webhooks)
      await webhooks.start()
      return webhooks
    },
    attempted: (wanted) => vi.waitFor(() => expect(attempts.length).toBeGreaterThanOrEqual(wanted), { interval: 1 }),
    async [Symbol.asyncDispose]() {
      for (const webhooks of opened) await webhooks.close()
    },
  }
}

const idsOf = (received: readonly Received[]): unknown[] => received.map(({ headers }) => headers['webhook-id'])
const numbersOf = (received: readonly Received[]): unknown[] => received.map(({ body }) => JSON.parse(body).data?.n)

describe('a webhook', () => {
  test('is told what happens from when it was made, in order, signed as Standard Webhooks libraries verify', async () => {
    await using ground = await setup()
    await using receiver = await openReceiver()
    const webhooks = await ground.open()
    await ground.log.append([told(0)])
    const { status, secret } = await webhooks.create({ url: receiver.url, name: 'orders' })
    const events = await ground.log.append([told(1, { agentId: 'ada' }), told(2)])
    await receiver.count(2)
    for (const [index, { body, headers }] of receiver.received.entries()) {
      const { type, at, agentId, data, seq } = events[index] as Event
      const verified = new Verifier(secret).verify(body, headers as Record<string, string>)
      expect(verified).toEqual({ type, at: new Date(at).toISOString(), agentId, data })
      expect(headers).toMatchObject({ 'webhook-id': `event-${seq}-${at}`, 'content-type': 'application/json' })
    }
    await ground.attempted(2)
    expect(webhooks.list({ limit: 10 }).items).toEqual([
      { webhook: status.webhook, delivery: { cursor: 3, lastDeliveredAt: ground.clock.now(), setAside: 0 } },
    ])
  })

  test('P7 of an agent is told of that agent alone', async () => {
    await using ground = await setup()
    await using receiver = await openReceiver()
    const webhooks = await ground.open()
    await webhooks.create({ url: receiver.url, agentId: 'al' })
    await ground.log.append([
      told(1, { agentId: 'al' }),
      told(2, { agentId: 'alice' }),
      told(3),
      told(4, { agentId: 'al' }),
    ])
    expect(numbersOf(await receiver.count(2))).toEqual([1, 4])
  })

  test('of some types is told of these alone, however many others there are', async () => {
    await using ground = await setup()
    await using receiver = await openReceiver()
    const webhooks = await ground.open()
    await webhooks.create({ url: receiver.url, types: ['run-ended', 'agent-deleted'] })
    await ground.log.append(Array.from({ length: 2_500 }, (_, n) => told(n)))
    await ground.log.append([told(1, { type: 'run-ended' }), told(2), told(3, { type: 'agent-deleted' })])
    expect(numbersOf(await receiver.count(2))).toEqual([1, 3])
  })

  test('writes its place down now and then while it passes what is not for it', async () => {
    await using ground = await setup()
    const webhooks = await ground.open()
    await webhooks.create({ url: 'http://127.0.0.1:9/', types: ['run-ended'] })
    await ground.log.append(Array.from({ length: 1_500 }, (_, n) => told(n)))
    await vi.waitFor(async () => {
      const [row] = await createEmbeddedWebhookStore(ground.store).load()
      expect(row?.delivery).toEqual({ cursor: 1_500, setAside: 0 })
    })
  })

  test('is told again what did not arrive, after 5 s, then 10, with the same id, and of nothing else before', async () => {
    await using ground = await setup()
    await using receiver = await openReceiver((_, index) => (index < 2 ? 503 : 204))
    const webhooks = await ground.open()
    const { secret } = await webhooks.create({ url: receiver.url })
    await ground.log.append([told(1), told(2)])
    await ground.attempted(1)
    expect(webhooks.list({ limit: 1 }).items[0]?.delivery.failing).toEqual({
      place: 1,
      attempts: 1,
      firstFailedAt: ground.clock.now(),
      retryAt: ground.clock.now() + 5_000,
      reason: 'answered 503',
    })
    ground.clock.pass(4_999)
    expect(receiver.received).toHaveLength(1)
    ground.clock.pass(1)
    await ground.attempted(2)
    ground.clock.pass(10_000)
    await receiver.count(4)
    const ids = idsOf(receiver.received)
    expect(new Set(ids.slice(0, 3)).size).toBe(1)
    expect(numbersOf(receiver.received)).toEqual([1, 1, 1, 2])
    const stamps = receiver.received.map(({ headers }) => Number(headers['webhook-timestamp']))
    expect((stamps[2] ?? 0) - (stamps[0] ?? 0)).toBe(15)
    for (const { body, headers } of receiver.received.slice(0, 2))
      new Verifier(secret).verify(body, headers as Record<string, string>)
    await ground.attempted(4)
    expect(ground.attempts.map(({ type, attempts }) => [type, attempts])).toEqual([
      ['failed', 1],
      ['failed', 2],
      ['delivered', 3],
      ['delivered', 1],
    ])
  })

  test('goes on past a message that its receiver will not have, after an hour, and says that it was set aside', async () => {
    await using ground = await setup()
    await using receiver = await openReceiver(({ body }) => (JSON.parse(body).data.n === 1 ? 422 : 204))
    const webhooks = await ground.open()
    await webhooks.create({ url: receiver.url })
    await ground.log.append([told(1), told(2)])
    for (let attempts = 1; !numbersOf(receiver.received).includes(2); attempts++) {
      await ground.attempted(attempts)
      ground.clock.pass(HOUR / 4)
    }
    await ground.attempted(6)
    expect(ground.attempts.map(({ type }) => type)).toEqual([...Array(4).fill('failed'), 'set-aside', 'delivered'])
    expect(webhooks.list({ limit: 1 }).items[0]?.delivery).toMatchObject({ cursor: 2, setAside: 1 })
  })

  test('goes on where it was after a restart, and keeps the time of the next attempt', async () => {
    await using ground = await setup()
    await using receiver = await openReceiver((_, index) => (index === 1 ? 500 : 204))
    const first = await ground.open()
    await first.create({ url: receiver.url })
    await ground.log.append([told(1), told(2), told(3)])
    await ground.attempted(2)
    await first.close()
    await ground.log.append([told(4)])
    await ground.open()
    ground.clock.pass(4_999)
    expect(receiver.received).toHaveLength(2)
    ground.clock.pass(1)
    expect(numbersOf(await receiver.count(5))).toEqual([1, 2, 2, 3, 4])
  })

  test('is told that events are gone, then what comes after them', async () => {
    await using ground = await setup(1_000)
    await using receiver = await openReceiver()
    const before = await ground.open()
    await before.create({ url: receiver.url, types: ['late'] })
    await before.close()
    await ground.log.append(Array.from({ length: 5_000 }, (_, n) => told(n)))
    await ground.log.close()
    await ground.open()
    await receiver.count(1)
    await ground.log.append([told(1, { type: 'late' })])
    const [gone, late] = await receiver.count(2)
    expect(gone).toMatchObject({ body: '{"type":"resync"}' })
    expect(gone?.headers['webhook-id']).toMatch(/^resync-\d+$/)
    expect(JSON.parse(late?.body ?? '')).toMatchObject({ type: 'late' })
  })

  test('of an agent that is quiet for long is not told that anything is gone', async () => {
    await using ground = await setup(1_000)
    await using receiver = await openReceiver()
    const webhooks = await ground.open()
    await webhooks.create({ url: receiver.url, agentId: 'quiet' })
    for (let n = 1; n <= 10; n++) {
      await ground.log.append(Array.from({ length: 500 }, () => told(n, { agentId: 'loud' })))
      await vi.waitFor(() => expect(webhooks.list({ limit: 1 }).items[0]?.delivery.cursor).toBe(n * 500))
    }
    await ground.log.close()
    await ground.log.append([told(7, { agentId: 'quiet' })])
    expect(numbersOf(await receiver.count(1))).toEqual([7])
  })

  test('costs no read of the log while others are told, and while there is none nothing does', async () => {
    await using ground = await setup()
    const read = vi.spyOn(ground.log, 'read')
    const webhooks = await ground.open()
    await ground.log.append([told(1)])
    expect(read).not.toHaveBeenCalled()
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, n) => webhooks.create({ url: 'http://127.0.0.1:9/', agentId: `other-${n}` })),
    )
    await ground.log.append([told(2)])
    const cursors = () => webhooks.list({ limit: 50 }).items.map(({ delivery }) => delivery.cursor)
    await vi.waitFor(() => expect(cursors()).toEqual(made.map(() => 2)))
    read.mockClear()
    for (let n = 3; n <= 12; n++) await ground.log.append([told(n)])
    await vi.waitFor(() => expect(cursors()).toEqual(made.map(() => 12)))
    // One for the news and one for their end, at most, for all of them.
    expect(read.mock.calls.length).toBeLessThanOrEqual(20)
  })

  test('is told so when the log was put back to an earlier state', async () => {
    await using ground = await setup()
    await using receiver = await openReceiver()
    const store = createEmbeddedWebhookStore(ground.store)
    const first = await ground.open()
    const { status } = await first.create({ url: receiver.url })
    await first.close()
    await store.putDelivery(status.webhook.id, { cursor: 900, setAside: 0 })
    await ground.log.append([told(1)])
    await ground.open()
    await receiver.count(1)
    await ground.log.append([told(2)])
    await receiver.count(2)
    expect(numbersOf(receiver.received)).toEqual([undefined, 2])
    expect(idsOf(receiver.received)[0]).toBe('resync-1')
  })

  test('P6 is told nothing more of an agent that was deleted while its event waited for another attempt', async () => {
    await using ground = await setup()
    await using receiver = await openReceiver((_, index) => (index === 0 ? 500 : 204))
    const webhooks = await ground.open()
    await webhooks.create({ url: receiver.url })
    await ground.log.append([told(1, { agentId: 'ada' })])
    await ground.attempted(1)
    await ground.log.deleteAgent('ada')
    ground.clock.pass(5_000)
    await vi.waitFor(() => expect(webhooks.list({ limit: 1 }).items[0]?.delivery.failing).toBeUndefined())
    await ground.log.append([told(2)])
    expect(numbersOf(await receiver.count(2))).toEqual([1, 2])
  })

  test('P6 of an agent goes with the agent, its secret too, and leaves nothing behind', async () => {
    await using ground = await setup()
    await using receiver = await openReceiver(() => 500)
    const webhooks = await ground.open()
    const { status } = await webhooks.create({ url: receiver.url, agentId: 'ada-2' })
    const rows = await ground.store.keys({})
    await webhooks.create({ url: receiver.url, agentId: 'ada' })
    await webhooks.create({ url: receiver.url, agentId: 'ada' })
    await ground.log.append([told(1, { agentId: 'ada' })])
    await ground.attempted(2)
    await ground.log.deleteAgent('ada')
    expect(await webhooks.deleteAgent('ada')).toBe(2)
    expect(await webhooks.deleteAgent('ada')).toBe(0)
    expect((await ground.store.keys({})).filter((row) => !row.startsWith('event'))).toEqual(rows)
    expect([...ground.vault.kept.keys()]).toEqual([status.webhook.id])
  })

  test('that was deleted is told nothing more, not even what was under way', async () => {
    await using ground = await setup()
    await using receiver = await openReceiver(() => 'silence')
    const webhooks = await ground.open()
    const { status } = await webhooks.create({ url: receiver.url })
    await ground.log.append([told(1), told(2)])
    await receiver.count(1)
    const answers = await Promise.all([webhooks.delete(status.webhook.id), webhooks.delete(status.webhook.id)])
    expect(answers.filter(Boolean)).toEqual([true])
    await ground.log.append([told(3)])
    expect(webhooks.list({ limit: 1 })).toEqual({ items: [] })
    expect(receiver.received).toHaveLength(1)
    expect(ground.attempts).toEqual([])
    expect((await ground.store.keys({})).filter((row) => row.startsWith('webhooks'))).toEqual([])
  })

  test('that cannot be deleted, however often it is tried, goes on and is told once', async () => {
    await using ground = await setup()
    await using receiver = await openReceiver((_, index) => (index === 0 ? 503 : 204))
    const store = createEmbeddedWebhookStore(ground.store)
    const full = () => Promise.reject(new Error('no space left on device'))
    const webhooks = await ground.open({ store: { ...store, delete: full } })
    const { status } = await webhooks.create({ url: receiver.url })
    await ground.log.append([told(1)])
    await ground.attempted(1)
    const tries = await Promise.allSettled([1, 2, 3].map(() => webhooks.delete(status.webhook.id)))
    expect(tries.map((each) => each.status)).toEqual(['rejected', 'rejected', 'rejected'])
    ground.clock.pass(5_000)
    await ground.attempted(2)
    await ground.log.append([told(2)])
    await ground.attempted(3)
    expect(numbersOf(receiver.received)).toEqual([1, 1, 2])
  })

  test('that is made while all end touches nothing that is closed, and is told at the next start', async () => {
    await using ground = await setup()
    await using receiver = await openReceiver()
    const read = vi.spyOn(ground.log, 'read')
    const webhooks = await ground.open()
    await webhooks.close()
    await webhooks.create({ url: receiver.url })
    expect(read).not.toHaveBeenCalled()
    await ground.log.append([told(1)])
    await ground.open()
    expect(numbersOf(await receiver.count(1))).toEqual([1])
  })

  test('waits while the secrets are locked away, which is no failure', async () => {
    await using ground = await setup()
    await using receiver = await openReceiver()
    const webhooks = await ground.open()
    await webhooks.create({ url: receiver.url })
    ground.vault.lock()
    await ground.log.append([told(1)])
    expect(receiver.received).toEqual([])
    ground.vault.unlock()
    await receiver.count(1)
    await ground.attempted(1)
    expect(ground.attempts).toMatchObject([{ type: 'delivered', attempts: 1 }])
  })

  test('can be deleted while the secrets are locked away; its secret goes when they no longer are, over a restart too', async () => {
    await using ground = await setup()
    const webhooks = await ground.open()
    const made = await Promise.all([1, 2].map(() => webhooks.create({ url: 'http://127.0.0.1:9/' })))
    const [one, other] = made.map(({ status }) => status.webhook.id)
    ground.vault.lock()
    await webhooks.delete(one ?? '')
    ground.vault.unlock()
    await vi.waitFor(() => expect([...ground.vault.kept.keys()]).toEqual([other]))
    ground.vault.lock()
    await webhooks.delete(other ?? '')
    await webhooks.close()
    ground.vault.unlock()
    await ground.open()
    expect(ground.vault.kept.size).toBe(0)
    expect(await createEmbeddedWebhookStore(ground.store).marked()).toEqual([])
  })

  test('is not made while the secrets are locked away, and leaves nothing behind', async () => {
    await using ground = await setup()
    const webhooks = await ground.open()
    ground.vault.lock()
    await expect(webhooks.create({ url: 'http://127.0.0.1:9/' })).rejects.toThrow('locked')
    expect(webhooks.list({ limit: 1 })).toEqual({ items: [] })
    expect(await ground.store.keys({})).toEqual([])
  })

  test('is signed with the earlier secret too, while that still counts', async () => {
    await using ground = await setup()
    await using receiver = await openReceiver()
    const webhooks = await ground.open()
    const [earlier, later] = [1, 2].map((byte) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`) as [
      string,
      string,
    ]
    const { status, secret } = await webhooks.create({ url: receiver.url, secret: earlier })
    expect(secret).toBe(earlier)
    ground.vault.kept.set(status.webhook.id, [later, earlier, 'not a secret of webhooks'])
    await ground.log.append([told(1)])
    const [message] = await receiver.count(1)
    for (const each of [earlier, later])
      new Verifier(each).verify(message?.body ?? '', message?.headers as Record<string, string>)
  })

  test('whose secret is gone sends nothing, and says so', async () => {
    await using ground = await setup()
    await using receiver = await openReceiver()
    const webhooks = await ground.open()
    await webhooks.create({ url: receiver.url })
    ground.vault.kept.clear()
    await ground.log.append([told(1)])
    await ground.attempted(1)
    expect(ground.attempts).toMatchObject([{ type: 'failed', reason: 'SECRET_MISSING' }])
    expect(receiver.received).toEqual([])
  })

  test('goes on when its place cannot be written down, and is not told twice for it', async () => {
    await using ground = await setup()
    await using receiver = await openReceiver()
    const store = createEmbeddedWebhookStore(ground.store)
    let isFull = true
    const putDelivery: typeof store.putDelivery = (id, delivery) =>
      isFull ? Promise.reject(new Error('no space left on device')) : store.putDelivery(id, delivery)
    const webhooks = await ground.open({ store: { ...store, putDelivery } })
    await webhooks.create({ url: receiver.url })
    await ground.log.append([told(1), told(2)])
    await vi.waitFor(() => expect(ground.troubles).toHaveLength(1))
    isFull = false
    ground.clock.pass(5_000)
    expect(numbersOf(await receiver.count(2))).toEqual([1, 2])
    await ground.attempted(1)
    expect((await store.load())[0]?.delivery.cursor).toBe(2)
  })

  test('P15 holds no timer while nothing waits to be told', async () => {
    await using ground = await setup()
    await using receiver = await openReceiver((_, index) => (index === 1 ? 500 : 204))
    const webhooks = await ground.open()
    await webhooks.create({ url: receiver.url })
    expect(ground.clock.timers()).toBe(0)
    await ground.log.append([told(1)])
    await ground.attempted(1)
    expect(ground.clock.timers()).toBe(0)
    await ground.log.append([told(2)])
    await ground.attempted(2)
    await vi.waitFor(() => expect(ground.clock.timers()).toBe(1))
    await webhooks.close()
    expect(ground.clock.timers()).toBe(0)
  })

  test('does not wait longer than between two attempts when the clock was set back', async () => {
    await using ground = await setup()
    await using receiver = await openReceiver((_, index) => (index === 0 ? 500 : 204))
    const webhooks = await ground.open()
    await webhooks.create({ url: receiver.url })
    await ground.log.append([told(1)])
    await ground.attempted(1)
    await webhooks.close()
    ground.clock.pass(-30 * 24 * HOUR)
    await ground.open()
    ground.clock.pass(HOUR / 4)
    await receiver.count(2)
  })
})

describe('webhooks', () => {
  test('are listed oldest first, a page at a time', async () => {
    await using ground = await setup()
    const webhooks = await ground.open()
    const ids: string[] = []
    for (let n = 0; n < 3; n++) {
      ids.push((await webhooks.create({ url: `http://127.0.0.1:9/${n}` })).status.webhook.id)
      ground.clock.pass(1)
    }
    const first = webhooks.list({ limit: 2 })
    const second = webhooks.list({ limit: 2, cursor: first.nextCursor })
    expect([...first.items, ...second.items].map(({ webhook }) => webhook.id)).toEqual(ids)
    expect(second.nextCursor).toBeUndefined()
  })

  test('are at most so many, however many are asked for at once', async () => {
    await using ground = await setup()
    const webhooks = await ground.open()
    const wanted = Array.from({ length: MAX_WEBHOOKS + 5 }, () => webhooks.create({ url: 'http://127.0.0.1:9/' }))
    const results = await Promise.allSettled(wanted)
    const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    expect(refused).toHaveLength(5)
    expect(refused[0]).toMatchObject({ code: 'WEBHOOKS_FULL' })
    await webhooks.delete(webhooks.list({ limit: 1 }).items[0]?.webhook.id ?? '')
    await webhooks.create({ url: 'http://127.0.0.1:9/' })
  })

  test.for<[string, string, Record<string, unknown>]>([
    ['no address', 'url', { url: undefined }],
    ['an address of another type', 'url', { url: 7 }],
    ['an empty address', 'url', { url: '' }],
    ['a path alone', 'url', { url: '/hooks' }],
    ['an address in clear', 'url', { url: 'http://shop.example/hooks' }],
    ['an address of a file', 'url', { url: 'file:///etc/passwd' }],
    ['an address with a user', 'url', { url: 'https://user:hunter2@shop.example/hooks' }],
    ['an endless address', 'url', { url: `https://shop.example/${'x'.repeat(2_000)}` }],
    ['an empty name', 'name', { name: '' }],
    ['an endless name', 'name', { name: 'x'.repeat(201) }],
    ['an agent with NUL', 'agentId', { agentId: 'a\0b' }],
    ['no types', 'types', { types: [] }],
    ['types as a text', 'types', { types: 'run-ended' }],
    ['an empty type', 'types.0', { types: [''] }],
    ['too many types', 'types', { types: Array(65).fill('x') }],
    ['a secret that receivers cannot use', 'secret', { secret: 'hunter2' }],
    ['an unknown field', 'colour', { colour: 'red' }],
  ])('P20 refuse %s, name the field, and make nothing', async ([, field, fields]) => {
    await using ground = await setup()
    const webhooks = await ground.open({ urlRefusal: undefined })
    const refused = webhooks.create({ url: 'https://shop.example/hooks', ...fields })
    await expect(refused).rejects.toMatchObject({ code: 'WEBHOOK_INVALID', field })
    await expect(refused).rejects.not.toThrow('hunter2')
    expect(await ground.store.keys({})).toEqual([])
  })

  test('tell each receiver everything at least once and in order, whatever fails and restarts', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant('event' as const) },
      { weight: 2, arbitrary: fc.constantFrom(500, 422, 204) },
      fc.constantFrom('restart' as const, 'pass' as const),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        await using ground = await setup()
        let status = 204
        const arrived: unknown[] = []
        await using receiver = await openReceiver(({ body }) => {
          if (status === 204) arrived.push(JSON.parse(body).data.n)
          return status
        })
        let webhooks = await ground.open()
        await webhooks.create({ url: receiver.url })
        let events = 0
        for (const act of steps) {
          if (act === 'event') await ground.log.append([told((events += 1))])
          else if (act === 'pass') ground.clock.pass(60_000)
          else if (act === 'restart') {
            await webhooks.close()
            webhooks = await ground.open()
          } else status = act
        }
        status = 204
        await ground.log.append([told((events += 1))])
        await vi.waitFor(() => {
          ground.clock.pass(900_000)
          expect(arrived).toContain(events)
        })
        const firsts = arrived.filter((n, index) => arrived.indexOf(n) === index)
        expect(firsts).toEqual(Array.from({ length: events }, (_, index) => index + 1))
      }),
      { numRuns: 40, seed: 20_261_126 },
    )
  })
})
