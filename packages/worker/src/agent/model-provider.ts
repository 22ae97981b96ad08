import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import type { LanguageModel } from 'ai'
import { WorkerError } from '../errors.ts'
import type { ModelProvider, ModelSettings } from './model-settings.ts'

/** A model that can be called: never a name, which the `ai` package would send to a gateway of its own. */
export type CallableModel = Exclude<LanguageModel, string>

interface ProviderAccess {
  readonly apiKey: string | undefined
  readonly fetch: typeof fetch | undefined
}

/** Makes the model of its settings. The packages of Anthropic and OpenAI are loaded when they are first wanted. */
export async function openModel(settings: ModelSettings, access: ProviderAccess): Promise<CallableModel> {
  return await providers[settings.provider](settings, access)
}

const providers: Record<ModelProvider, (settings: ModelSettings, access: ProviderAccess) => Promise<CallableModel>> = {
  async 'openai-compatible'(settings, access) {
    const { baseUrl: baseURL = '', model } = settings
    return createOpenAICompatible({ name: 'openai-compatible', baseURL, includeUsage: true, ...accessOf(access) })(
      model,
    )
  },
  async anthropic(settings, access) {
    requireKey(settings, access)
    const { createAnthropic } = await optional('@ai-sdk/anthropic', () => import('@ai-sdk/anthropic'))
    return createAnthropic({ baseURL: settings.baseUrl ?? 'https://api.anthropic.com/v1', ...accessOf(access) })(
      settings.model,
    )
  },
  async openai(settings, access) {
    requireKey(settings, access)
    const { createOpenAI } = await optional('@ai-sdk/openai', () => import('@ai-sdk/openai'))
    return createOpenAI({ baseURL: settings.baseUrl ?? 'https://api.openai.com/v1', ...accessOf(access) }).chat(
      settings.model,
    )
  },
}

/** Without a key these packages would take one from the process's environment, as they would an address: neither is theirs to take. */
function requireKey({ provider }: ModelSettings, { apiKey }: ProviderAccess): void {
  if (apiKey !== undefined) return
  throw new WorkerError(
    'MODEL_KEY_MISSING',
    `model.apiKeySecret: must be given for the provider ${provider}: keep its key as a system secret and give that secret's name`,
  )
}

async function optional<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load()
  } catch (cause) {
    throw new WorkerError(
      'MODEL_PROVIDER_MISSING',
      `model.provider: the package ${name} is not installed: run "npm install ${name}" where the server is installed`,
      { cause },
    )
  }
}

function accessOf({ apiKey, fetch }: ProviderAccess): { apiKey?: string; fetch?: typeof globalThis.fetch } {
  return { ...(apiKey === undefined ? {} : { apiKey }), ...(fetch === undefined ? {} : { fetch }) }
}
