import type { BreakerChange, Cortex, Janitor } from '@agentic/cortex'
import type { Run, TaskChange } from '@agentic/tasks'
import type { WakeManager } from '@agentic/wake'
import { type Attempt, MAX_WEBHOOKS, type Webhooks } from '@agentic/webhooks'
import * as v from 'valibot'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export interface Measures {
  readonly registry: Registry
  /** Counts what tasks and runs do. */
  count(change: TaskChange): void
  /** Reads the numbers of these whenever the metrics are asked for. */
  watch(parts: {
    readonly wakes: WakeManager
    readonly cortex: Cortex
    readonly janitor: Janitor
    readonly webhooks: Pick<Webhooks, 'list'>
  }): void
  /** Counts the breakers that open. */
  countBreaker(change: BreakerChange): void
  /** Counts the attempts to tell webhooks. */
  countDelivery(attempt: Attempt): void
}

const tokensSchema = v.object({ inputTokens: v.number(), outputTokens: v.number() })

/** The server's numbers. No label ever names a tenant: there may be millions. */
export function createMeasures(): Measures {
  const registry = new Registry()
  // The event loop's lag is sampled by a timer: at its usual 10 ms an idle server would never rest.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 1_000 })
  const registers = [registry]
  const tasks = new Counter({ name: 'agentic_tasks_created_total', help: 'Tasks made', registers })
  const started = new Counter({ name: 'agentic_runs_started_total', help: 'Runs started', registers })
  const ended = new Counter({
    name: 'agentic_runs_ended_total',
    help: 'Runs ended, by their outcome',
    labelNames: ['outcome'],
    registers,
  })

  const seconds = new Histogram({
    name: 'agentic_run_seconds',
    help: 'Time from the start of a run to its end, by its outcome',
    labelNames: ['outcome'],
    buckets: [0.05, 0.25, 1, 5, 30, 120, 600, 1_800, 7_200],
    registers,
  })
  const tokens = new Counter({
    name: 'agentic_model_tokens_total',
    help: 'Tokens of language models, into them and out of them',
    labelNames: ['direction'],
    registers,
  })

  const breakers = new Counter({
    name: 'agentic_breakers_opened_total',
    help: 'Agents that were held back because their runs fail again and again',
    registers,
  })

  const deliveries = new Counter({
    name: 'agentic_webhook_attempts_total',
    help: 'Attempts to tell webhooks of an event, by what came of them',
    labelNames: ['result'],
    registers,
  })

  function countRun({ outcome, usage, startedAt, endedAt = startedAt }: Run): void {
    const label = { outcome: outcome?.type ?? 'none' }
    ended.inc(label)
    seconds.observe(label, (endedAt - startedAt) / 1000)
    const used = v.safeParse(tokensSchema, usage)
    if (!used.success) return
    tokens.inc({ direction: 'in' }, used.output.inputTokens)
    tokens.inc({ direction: 'out' }, used.output.outputTokens)
  }

  return {
    registry,
    count(change) {
      if (change.type === 'task-created') tasks.inc()
      if (change.type === 'run-started') started.inc()
      if (change.type === 'run-ended') countRun(change.run)
    },
    countBreaker: ({ type }) => (type === 'breaker-opened' ? breakers.inc() : undefined),
    countDelivery: ({ type }) => deliveries.inc({ result: type }),
    watch({ wakes, cortex, janitor, webhooks }) {
      watchJanitor(janitor, registers)
      watchWebhooks(webhooks, registers)
      new Gauge({
        name: 'agentic_wakes',
        help: 'Wakes, by what they wait for; delayed and dead ones are counted up to 10000',
        labelNames: ['state'],
        registers,
        async collect() {
          for (const [state, count] of Object.entries(await wakes.stats())) this.set({ state }, count)
        },
      })
      new Gauge({
        name: 'agentic_runs_open',
        help: 'Runs being worked on',
        registers,
        collect() {
          this.set(cortex.stats().runs)
        },
      })
      new Gauge({
        name: 'agentic_agents_active',
        help: 'Agents whose loops run',
        registers,
        collect() {
          this.set(cortex.stats().activeAgents)
        },
      })
    },
  }
}

function watchWebhooks(webhooks: Pick<Webhooks, 'list'>, registers: Registry[]): void {
  new Gauge({
    name: 'agentic_webhooks_failing',
    help: 'Webhooks whose receivers do not take what they are told',
    registers,
    collect() {
      const { items } = webhooks.list({ limit: MAX_WEBHOOKS })
      this.set(items.filter(({ delivery }) => delivery.failing !== undefined).length)
    },
  })
}

function watchJanitor(janitor: Janitor, registers: Registry[]): void {
  new Gauge({
    name: 'agentic_janitor_running',
    help: '1 while a round of the janitor goes on',
    registers,
    async collect() {
      this.set((await janitor.status()).isRunning ? 1 : 0)
    },
  })
  new Gauge({
    name: 'agentic_janitor_last_round',
    help: 'The last round of the janitor: agents, those that failed, and what was done, in numbers of memories',
    labelNames: ['what'],
    registers,
    async collect() {
      const { last } = await janitor.status()
      if (last === undefined) return
      for (const [what, count] of Object.entries({ agents: last.agents, failed: last.failed, ...last.done }))
        this.set({ what }, count)
    },
  })
}
