import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { embedMany, generateText } from 'ai'
import { WorkerError } from '../errors.ts'
import { codeOf, modelFailureOf } from './model-failure.ts'
import { openModel } from './model-provider.ts'
import type { ModelSettings } from './model-settings.ts'

export interface ModelClientOptions {
  /** Which model, and how it is reached. */
  readonly settings: ModelSettings
  /** Value of a `system` secret, for the model's key: asked for at each call, and kept nowhere. */
  readonly resolveSystemSecret: (name: string) => Promise<string>
  /** @default this process's own */
  readonly fetch?: typeof fetch | undefined
}

/** Asks a model for one text. */
export interface ModelWriter {
  /** Rejects with a WorkerError, which repeats nothing of what the provider said, and with the signal's reason. */
  write(
    request: { readonly instructions: string; readonly text: string },
    options: { readonly signal: AbortSignal },
  ): Promise<string>
}

/** Makes vectors of texts with a model; it fits `createRecall` of @agentic/memory. */
export interface ModelEmbedder {
  /** Names the model: vectors of one of another name are of no use. */
  readonly model: string
  /** One vector for each text, in order. Rejects as {@link ModelWriter.write} does. */
  embed(texts: readonly string[], options: { readonly signal: AbortSignal }): Promise<readonly number[][]>
}

export function createModelWriter(options: ModelClientOptions): ModelWriter {
  const { settings, fetch } = options
  const { maxOutputTokens, temperature } = settings
  return {
    async write({ instructions, text }, { signal }) {
      const apiKey = await keyOf(options)
      return await asked(signal, async () => {
        const model = await openModel(settings, { apiKey, fetch })
        const answer = await generateText({
          model,
          instructions,
          prompt: text,
          ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
          ...(temperature === undefined ? {} : { temperature }),
          abortSignal: signal,
          maxRetries: 0,
          telemetry: { isEnabled: false },
        })
        return answer.text
      })
    },
  }
}

/** @throws {WorkerError} for a provider that makes no vectors. */
export function createModelEmbedder(options: ModelClientOptions): ModelEmbedder {
  const { settings, fetch } = options
  const { provider, model, baseUrl: baseURL = OPENAI_URL } = settings
  if (provider === 'anthropic')
    throw new WorkerError('MODEL_REQUEST_INVALID', 'provider: anthropic makes no vectors: name another one')
  return {
    model: `${provider} ${model}`,
    async embed(texts, { signal }) {
      const apiKey = await keyOf(options)
      const access = { ...(apiKey === undefined ? {} : { apiKey }), ...(fetch === undefined ? {} : { fetch }) }
      return await asked(signal, async () => {
        const { embeddings } = await embedMany({
          model: createOpenAICompatible({ name: provider, baseURL, ...access }).embeddingModel(model),
          values: [...texts],
          abortSignal: signal,
          maxRetries: 0,
          telemetry: { isEnabled: false },
        })
        return embeddings
      })
    },
  }
}

const OPENAI_URL = 'https://api.openai.com/v1'

async function keyOf({ settings, resolveSystemSecret }: ModelClientOptions): Promise<string | undefined> {
  return settings.apiKeySecret === undefined ? undefined : await resolveSystemSecret(settings.apiKeySecret)
}

/** What a provider says may repeat what it was sent, the key among it: only the sort of failure is told. */
async function asked<Result>(signal: AbortSignal, ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask()
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof WorkerError) throw error
    throw new WorkerError(
      codeOf(modelFailureOf(error)),
      'the model could not be asked: see its provider and its settings',
    )
  }
}
