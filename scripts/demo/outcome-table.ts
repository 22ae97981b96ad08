import type { Backend } from './backend.ts'
import { AGENT_IDS } from './credentials.ts'
import { runsOf, tasksOf } from './tasks.ts'
import type { OutcomeView } from './views.ts'

const HEAD = ['task', 'agent', 'status', 'outcome', 'attempts'] as const

/** Reads what became of every task, as the lines of a table. */
export async function readOutcomeTable(backend: Backend): Promise<readonly string[]> {
  const tasks = await tasksOf(backend, AGENT_IDS)
  const rows = await Promise.all(
    tasks.map(async ({ id, title, agentId, status, outcome }) => {
      const { length } = await runsOf(backend, id)
      return [title, agentId, status, describeOutcome(outcome), String(length)]
    }),
  )
  return alignColumns([HEAD, ...rows])
}

function describeOutcome(outcome: OutcomeView | undefined): string {
  const detail = outcome?.code ?? outcome?.block?.type
  return detail === undefined ? (outcome?.type ?? '') : `${outcome?.type} (${detail})`
}

function alignColumns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
