import type { Answer, Claim, NewQuestion, Task, TaskStore } from '@agentic/tasks'
import type { AskPermission, AskPerson, ResumeFrom } from '@agentic/worker'
import type { Json } from '@agentic/worker-outcome'
import * as v from 'valibot'

export interface QuestionsOptions {
  readonly tasks: Pick<TaskStore, 'ask' | 'takeAnswer' | 'listRuns'>
  /** Lines of the transcript of a run; `undefined` where there is none. */
  readonly transcript: (agentId: string, runId: string) => Promise<readonly string[] | undefined>
  /** Ends a run so that its task goes on later. */
  readonly park: (runId: string) => void
  /** How long a run waits for an answer before it is parked: it holds memory and one of the places to work in. */
  readonly holdMs: number
}

/** Lets runs ask people, and take up where they were when the answer comes after they are gone. */
export interface Questions {
  readonly ask: AskPerson
  readonly askPermission: AskPermission
  /** Takes the answer, if there is one, and what the run before left behind, for a run that begins. */
  begin(claim: Claim): Promise<ResumeFrom | undefined>
  /** Is to be told of every change of a task. */
  taskChanged(task: Task): void
  /** Is to be told when a run is over. */
  end(runId: string): void
}

/** Why a run that did not end by itself is taken up from its transcript. */
const CUT_SHORT: ReadonlySet<string> = new Set(['RUN_LOST', 'RUN_INTERRUPTED'])

/** What a question carries along for the run that takes its answer. */
const detailsSchema = v.object({ callId: v.string() })

interface Run {
  readonly claim: Claim
  /** What was answered before the run began; for the same question asked again. */
  early: Answer | undefined
  answered: PromiseWithResolvers<void>
}

export function createQuestions({ tasks, transcript, park, holdMs }: QuestionsOptions): Questions {
  const runs = new Map<string, Run>()

  async function ask(runId: string, question: NewQuestion): Promise<Json> {
    const run = runs.get(runId)
    if (run === undefined) throw new Error('the run is over: nobody is asked for it')
    const { early } = run
    if (early?.question.text === question.text) {
      run.early = undefined
      return early.value
    }
    const asked = await tasks.ask(run.claim, question)
    if (asked.type === 'waiting') throw new Error('another question waits for its answer: ask one after the other')
    if (asked.type === 'lost') throw new Error('the run is over: nobody is asked for it')
    if (asked.type === 'asked') await untilAnswered(run)
    const taken = await tasks.takeAnswer(run.claim)
    if (taken.type !== 'taken') throw new Error('the question was withdrawn')
    return taken.answer.value
  }

  async function untilAnswered(run: Run): Promise<void> {
    const timer = setTimeout(() => park(run.claim.run.id), holdMs)
    try {
      await run.answered.promise
    } finally {
      clearTimeout(timer)
    }
  }

  async function resumeFrom({ task }: Claim, answer: Answer | undefined): Promise<ResumeFrom | undefined> {
    const earlier = answer?.question.runId ?? (await runCutShort(task))
    if (earlier === undefined || !isLanguageModel(task.worker)) return undefined
    const lines = await transcript(task.agentId, earlier)
    if (lines === undefined) return undefined
    const details = v.safeParse(detailsSchema, answer?.question.details)
    const answers = details.success && answer !== undefined ? { [details.output.callId]: textOf(answer.value) } : {}
    return { transcript: lines, answers }
  }

  /** The run before, when nobody ended it: not one that failed by itself, which would go on to where it failed. */
  async function runCutShort({ id, outcome }: Task): Promise<string | undefined> {
    if (outcome?.type !== 'failed' || !CUT_SHORT.has(outcome.code)) return undefined
    const { items } = await tasks.listRuns(id, { limit: 2 })
    return items[1]?.id
  }

  return {
    async ask({ questionId, question }, { runId }) {
      return textOf(await ask(runId, { type: 'question', text: question, details: { callId: questionId } }))
    },
    async askPermission({ question, options }, { runId }) {
      return textOf(await ask(runId, { type: 'permission', text: question, details: { options: options as Json } }))
    },
    async begin(claim) {
      const run: Run = { claim, early: undefined, answered: Promise.withResolvers() }
      runs.set(claim.run.id, run)
      const taken = claim.task.answer === undefined ? undefined : await tasks.takeAnswer(claim)
      const answer = taken?.type === 'taken' ? taken.answer : undefined
      run.early = answer
      return resumeFrom(claim, answer)
    },
    taskChanged({ runId, answer }) {
      if (answer !== undefined && runId !== undefined) runs.get(runId)?.answered.resolve()
    },
    end: (runId) => void runs.delete(runId),
  }
}

function isLanguageModel(worker: Json): boolean {
  return typeof worker === 'object' && worker !== null && 'type' in worker && worker.type === 'agent'
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
