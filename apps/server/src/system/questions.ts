import type { Answer, Claim, NewQuestion, Question, Task, TaskStore } from '@agentic/tasks'
import type { AskPermission, AskPerson, ResumeFrom } from '@agentic/worker'
import type { Json } from '@agentic/worker-outcome'
import * as v from 'valibot'
import { answeredIn, readTranscript, type SaidEarlier } from './said-earlier.ts'
import type { TranscriptWriter } from './transcripts.ts'

export interface QuestionsOptions {
  readonly tasks: Pick<TaskStore, 'ask' | 'takeAnswer' | 'listRuns'>
  /** Lines of the transcript of a run; `undefined` where there is none. */
  readonly transcript: (agentId: string, runId: string) => Promise<readonly string[] | undefined>
  /** Ends a run so that its task goes on later. */
  readonly park: (runId: string) => void
  /** How long a run waits for an answer before it is parked: it holds memory and one of the places to work in. */
  readonly holdMs: number
}

/**
 * Lets runs ask people, and take up where they were when the answer comes after they are gone. An answer stays with its
 * task until it is in the transcript of the run that got it: whatever ends that run, the next one has it from either.
 */
export interface Questions {
  readonly ask: AskPerson
  readonly askPermission: AskPermission
  /** What runs before left behind, for a run that begins. */
  begin(claim: Claim): Promise<ResumeFrom | undefined>
  /** Watches the transcript of a run for the answers that it got. */
  watch(runId: string, transcript: TranscriptWriter): TranscriptWriter
  /** Is to be told of every change of a task. */
  taskChanged(task: Task): void
  /** Is to be told when a run is over. */
  end(runId: string): void
}

/** Why a run that did not end by itself is taken up from its transcript. */
const CUT_SHORT: ReadonlySet<string> = new Set(['RUN_LOST', 'RUN_INTERRUPTED'])

/** So many runs are looked at for what was said before. */
const EARLIER_RUNS = 20

/** What a question carries along for the run that takes its answer. */
const detailsSchema = v.object({ callId: v.string() })

interface Run {
  readonly claim: Claim
  readonly over: AbortController
  /** The last that was answered. */
  answer: Answer | undefined
  /** Resolves with the next answer. */
  news: PromiseWithResolvers<void>
  /** What was answered before the run began, for the same question asked again. */
  early: Answer | undefined
  /** The call that an answer was given to, until its transcript has it. */
  givenTo: string | undefined
  /** One question after the other; and an answer is dealt with before the next question. */
  turn: Promise<unknown>
}

export function createQuestions({ tasks, transcript, park, holdMs }: QuestionsOptions): Questions {
  const runs = new Map<string, Run>()

  function ask(runId: string, callId: string, question: NewQuestion, given: AbortSignal): Promise<Json> {
    const run = runs.get(runId)
    if (run === undefined) return Promise.reject(runIsOver())
    const signal = AbortSignal.any([given, run.over.signal])
    return inTurn(run, async () => {
      signal.throwIfAborted()
      const answer = earlyAnswer(run, question) ?? (await answerTo(run, question, signal))
      run.givenTo = callId
      return answer.value
    })
  }

  function inTurn<Result>(run: Run, work: () => Promise<Result>): Promise<Result> {
    const done = run.turn.then(work)
    run.turn = done.catch(() => undefined)
    return done
  }

  async function answerTo(run: Run, question: NewQuestion, signal: AbortSignal): Promise<Answer> {
    for (;;) {
      const asked = await tasks.ask(run.claim, question)
      switch (asked.type) {
        case 'asked':
          return await untilAnswered(run, asked.question, signal)
        case 'waiting':
          // Its own, given up since: a person sees one question at a time, and answers it.
          await untilAnswered(run, asked.question, signal)
          break
        case 'answered':
          // To another question: it would be taken for the answer to this one.
          await tasks.takeAnswer(run.claim)
          break
        case 'lost':
          throw runIsOver()
        default:
          asked satisfies never
      }
    }
  }

  async function untilAnswered(run: Run, { id }: Question, signal: AbortSignal): Promise<Answer> {
    const stopped = Promise.withResolvers<never>()
    const stop = (): void => stopped.reject(signal.reason as Error)
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    const timer = setTimeout(() => park(run.claim.run.id), holdMs)
    try {
      for (;;) {
        if (run.answer?.question.id === id) return run.answer
        await Promise.race([run.news.promise, stopped.promise])
      }
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    }
  }

  /** The newest of the runs before that nobody ended, and how long it got: one that was cut off early said less again. */
  async function saidEarlier({ task }: Claim): Promise<SaidEarlier | undefined> {
    const { items } = await tasks.listRuns(task.id, { limit: EARLIER_RUNS })
    let longest: SaidEarlier | undefined
    for (const { id, outcome } of items.slice(1)) {
      if (outcome?.type !== 'failed' || !CUT_SHORT.has(outcome.code)) break
      const lines = await transcript(task.agentId, id)
      const said = lines === undefined ? undefined : readTranscript(lines)
      if (said !== undefined && said.messages > (longest?.messages ?? 0)) longest = said
    }
    return longest
  }

  return {
    async ask({ questionId, question }, { runId, signal }) {
      const details = { callId: questionId }
      return textOf(await ask(runId, questionId, { type: 'question', text: question, details }, signal))
    },
    async askPermission({ questionId, question, options }, { runId, signal }) {
      const details = { options: options as Json }
      return textOf(await ask(runId, questionId, { type: 'permission', text: question, details }, signal))
    },
    async begin(claim) {
      const { answer } = claim.task
      const run: Run = {
        claim,
        over: new AbortController(),
        answer: undefined,
        news: Promise.withResolvers(),
        early: answer,
        givenTo: undefined,
        turn: Promise.resolve(),
      }
      runs.set(claim.run.id, run)
      if (!isLanguageModel(claim.task.worker)) return undefined
      const said = await saidEarlier(claim)
      if (said === undefined) return undefined
      const callId = callOf(answer)
      if (answer === undefined || callId === undefined || !said.called.has(callId)) {
        return { transcript: said.lines, answers: said.answers }
      }
      // It is for this call alone: the same question asked once more is another one.
      run.early = undefined
      if (said.settled.has(callId)) await tasks.takeAnswer(claim)
      else run.givenTo = callId
      return { transcript: said.lines, answers: { ...said.answers, [callId]: textOf(answer.value) } }
    },
    watch(runId, writer) {
      return {
        ...writer,
        append(line) {
          writer.append(line)
          const run = runs.get(runId)
          if (run?.givenTo === undefined || answeredIn(line)?.callId !== run.givenTo) return
          run.givenTo = undefined
          // What is not written stays with the task.
          const take = (): Promise<unknown> => writer.sync().then(() => tasks.takeAnswer(run.claim))
          inTurn(run, take).catch(() => undefined)
        },
      }
    },
    taskChanged({ runId, answer }) {
      const run = runId === undefined ? undefined : runs.get(runId)
      if (run === undefined || answer === undefined) return
      run.answer = answer
      run.news.resolve()
      run.news = Promise.withResolvers()
    },
    end(runId) {
      runs.get(runId)?.over.abort(runIsOver())
      runs.delete(runId)
    },
  }
}

function earlyAnswer(run: Run, { text }: NewQuestion): Answer | undefined {
  const { early } = run
  if (early?.question.text !== text) return undefined
  run.early = undefined
  return early
}

function callOf(answer: Answer | undefined): string | undefined {
  const details = v.safeParse(detailsSchema, answer?.question.details)
  return details.success ? details.output.callId : undefined
}

function runIsOver(): Error {
  return new Error('the run is over: nobody is asked for it')
}

function isLanguageModel(worker: Json): boolean {
  return typeof worker === 'object' && worker !== null && 'type' in worker && worker.type === 'agent'
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
