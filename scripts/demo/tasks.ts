import type { Backend } from './backend.ts'
import type { Page, RunView, TaskView } from './views.ts'

/** Gives an agent a task; answers its id. */
export async function giveTask(backend: Backend, agentId: string, task: object): Promise<string> {
  const { status, text, body } = await backend.post<TaskView>(`/api/agents/${agentId}/tasks`, task)
  if (status !== 201) throw new Error(`POST /api/agents/${agentId}/tasks answered ${status}: ${text}`)
  return body.id
}

export async function readTask(backend: Backend, taskId: string): Promise<TaskView> {
  return (await backend.get<TaskView>(`/api/tasks/${taskId}`)).body
}

/** Runs of a task, first one first. */
export async function runsOf(backend: Backend, taskId: string): Promise<readonly RunView[]> {
  const { body } = await backend.get<Page<RunView>>(`/api/tasks/${taskId}/runs`)
  return body.items.toReversed()
}

/** All tasks of some agents, oldest first. */
export async function tasksOf(backend: Backend, agentIds: readonly string[]): Promise<readonly TaskView[]> {
  const pages = await Promise.all(
    agentIds.map((id) => backend.get<Page<TaskView>>(`/api/agents/${id}/tasks?limit=500`)),
  )
  return pages.flatMap(({ body }) => body.items.toReversed())
}

export async function runStarts(backend: Backend, taskId: string): Promise<void> {
  await backend.event(
    `the start of a run of task ${taskId}`,
    ({ type, data }) => type === 'run-started' && data.run?.taskId === taskId,
  )
}

/** Waits for the end of a run of a task, counted from 1; answers the task as it is then. */
export async function runEnds(backend: Backend, taskId: string, number = 1): Promise<TaskView> {
  await backend.event(
    `the end of run ${number} of task ${taskId}`,
    ({ type, data }) => type === 'run-ended' && data.run?.taskId === taskId && data.run.number === number,
  )
  return readTask(backend, taskId)
}
