import type { Cortex } from '@agentic/cortex'
import type { TaskChange } from '@agentic/tasks'
import type { WakeManager } from '@agentic/wake'
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'

export interface Measures {
  readonly registry: Registry
  /** Counts what tasks and runs do. */
  count(change: TaskChange): void
  /** Reads the numbers of these whenever the metrics are asked for. */
  watch(parts: { readonly wakes: WakeManager; readonly cortex: Cortex }): void
}

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

  return {
    registry,
    count(change) {
      if (change.type === 'task-created') tasks.inc()
      if (change.type === 'run-started') started.inc()
      if (change.type === 'run-ended') ended.inc({ outcome: change.run.outcome?.type ?? 'none' })
    },
    watch({ wakes, cortex }) {
      new Gauge({
        name: 'agentic_wakes',
        help: 'Wakes, by what they wait for',
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
