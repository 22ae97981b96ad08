import { createMemoryStore, type EmbeddedStore } from '@agentic/embedded-store'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createManualClock, type ManualClock } from '../test/manual-clock.ts'
import { reasons, rowsOf, type Setup, setup } from '../test/setup.ts'

/** A ring as the model knows it. */
interface Ring {
  readonly name: string
  readonly attempt: number
  /** When it counts. */
  readonly dueAt: number
}

/** All there is to know of an agent: what waits, what is being handled, and what was given up. */
interface ModelAgent {
  waiting: Ring[]
  running: Ring[]
  dead: Ring[]
}

/** A manager that lives and dies over one store, and the model of it. */
interface World {
  readonly on: EmbeddedStore
  readonly model: Map<string, ModelAgent>
  life: Setup
  rings: number
}

const AGENTS = ['ada', 'bob', 'eve']
const MAX_ATTEMPTS = 3

const step = fc.record({
  act: fc.oneof(
    { weight: 6, arbitrary: fc.constant('fire' as const) },
    { weight: 4, arbitrary: fc.constant('end' as const) },
    { weight: 3, arbitrary: fc.constantFrom('fail' as const, 'advance' as const) },
    { weight: 1, arbitrary: fc.constantFrom('kill' as const, 'close' as const, 'revive' as const, 'forget' as const) },
  ),
  agentId: fc.constantFrom(...AGENTS),
  delayMs: fc.constantFrom(0, 0, 700, 1_000, 2_500),
})

const acts = {
  async fire(world: World, agentId: string, delayMs: number) {
    const { clock, manager } = world.life
    const { waiting } = modelOf(world, agentId)
    const ring = { name: `${(world.rings += 1)}`, attempt: 1, dueAt: clock.now() + delayMs }
    const answer = await manager.fire(agentId, { type: 'manual', reason: ring.name }, { notBefore: ring.dueAt })
    const joins = delayMs === 0 && waiting.some(({ dueAt }) => dueAt <= clock.now())
    expect(answer).toBe(joins ? 'coalesced' : 'queued')
    waiting.push(ring)
  },
  async end(world: World, agentId: string) {
    runOf(world, agentId)?.end()
    modelOf(world, agentId).running = []
  },
  async fail(world: World, agentId: string) {
    const agent = modelOf(world, agentId)
    if (agent.running.length === 0) return
    runOf(world, agentId)?.fail(new Error('as asked'))
    const attempt = attemptOf(agent.running)
    const dueAt = world.life.clock.now() + 1_000 * 2 ** (attempt - 1)
    const kept = attempt < MAX_ATTEMPTS ? agent.waiting : agent.dead
    kept.push(...agent.running.map(({ name }) => ({ name, attempt: attempt + 1, dueAt })))
    agent.running = []
  },
  async advance(world: World, _agentId: string, delayMs: number) {
    world.life.clock.advance(delayMs)
  },
  async kill(world: World) {
    world.life.ground.kill()
    for (const run of world.life.runs.slice()) run.end()
    await world.life.settle()
    await restart(world)
  },
  async close(world: World) {
    const { manager, clock, runs, settle } = world.life
    const closing = manager.close({ timeoutMs: 0 })
    await settle()
    clock.advance(0)
    await settle()
    for (const run of runs.slice()) run.fail(new Error('aborted'))
    await closing
    expect(clock.timers).toBe(0)
    await restart(world)
  },
  async revive(world: World, agentId: string) {
    const agent = modelOf(world, agentId)
    const revived = await world.life.manager.revive(agentId)
    expect(revived > 0).toBe(agent.dead.length > 0)
    agent.waiting.push(...agent.dead.map(({ name }) => ({ name, attempt: 1, dueAt: 0 })))
    agent.dead = []
  },
  async forget(world: World, agentId: string) {
    const forgetting = world.life.manager.forget(agentId)
    await world.life.settle()
    runOf(world, agentId)?.fail(new Error('aborted'))
    await forgetting
    world.model.set(agentId, { waiting: [], running: [], dead: [] })
  },
}

test('P12 P13 P14 P19 keeps to a simple model, whatever is rung, delayed, failed, killed, closed, revived and forgotten', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const world = await createWorld()
      for (const { act, agentId, delayMs } of steps) {
        await acts[act](world, agentId, delayMs)
        await world.life.settle()
        for (const agent of world.model.values()) getUp(agent, world.life.clock.now())
        expect(actualRuns(world)).toEqual(expectedRuns(world))
      }
      await handleEverything(world)
      expect(await rowsOf(world.on)).toEqual([])
      expect(world.life.store.agentsInMemory).toBe(0)
      expect(world.life.clock.timers).toBe(0)
    }),
    { numRuns: 200 },
  )
})

async function createWorld(): Promise<World> {
  const on = createMemoryStore()
  const model = new Map(
    AGENTS.map((agentId): [string, ModelAgent] => [agentId, { waiting: [], running: [], dead: [] }]),
  )
  return { on, model, life: await start(on, createManualClock()), rings: 0 }
}

async function start(on: EmbeddedStore, clock: ManualClock): Promise<Setup> {
  const life = setup({ on, clock, retry: { maxAttempts: MAX_ATTEMPTS } })
  await life.manager.open()
  return life
}

/** What ran when a life ended waits again, as the same attempt. */
async function restart(world: World): Promise<void> {
  for (const agent of world.model.values()) {
    agent.waiting.push(...agent.running)
    agent.running = []
  }
  world.life = await start(world.on, createManualClock(world.life.clock.now()))
}

/** An agent that does not run gets up with all that is due. */
function getUp(agent: ModelAgent, now: number): void {
  if (agent.running.length > 0) return
  agent.running = agent.waiting.filter(({ dueAt }) => dueAt <= now)
  agent.waiting = agent.waiting.filter(({ dueAt }) => dueAt > now)
}

function expectedRuns({ model }: World) {
  return AGENTS.flatMap((agentId) => {
    const { running } = model.get(agentId) as ModelAgent
    return running.length === 0
      ? []
      : [{ agentId, attempt: attemptOf(running), names: sorted(running.map(({ name }) => name)) }]
  })
}

function actualRuns({ life }: World) {
  const wakes = life.runs.map(({ wake }) => wake)
  return AGENTS.flatMap((agentId) =>
    wakes
      .filter((wake) => wake.agentId === agentId)
      .map((wake) => ({ agentId, attempt: wake.attempt, names: sorted(reasons(wake).map(String)) })),
  )
}

async function handleEverything({ on, life, model }: World): Promise<void> {
  for (let round = 0; round < 100 && (await rowsOf(on)).length > 0; round += 1) {
    for (const run of life.runs.slice()) run.end()
    for (const agentId of model.keys()) await life.manager.revive(agentId)
    await life.settle()
    life.clock.advance(5_000)
    await life.settle()
  }
  // The timer of a delayed wake that was forgotten finds nothing, and is not set again.
  life.clock.advance(10_000)
  await life.settle()
}

function modelOf({ model }: World, agentId: string): ModelAgent {
  return model.get(agentId) as ModelAgent
}

function runOf({ life }: World, agentId: string) {
  return life.runs.find(({ wake }) => wake.agentId === agentId)
}

function attemptOf(rings: readonly Ring[]): number {
  return Math.max(...rings.map(({ attempt }) => attempt))
}

function sorted(names: readonly string[]): string[] {
  return names.toSorted((one, other) => Number(one) - Number(other))
}
