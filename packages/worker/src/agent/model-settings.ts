import * as v from 'valibot'

/** Providers that can be spoken to. The last two need their package: `npm install @ai-sdk/anthropic`. */
export type ModelProvider = 'openai-compatible' | 'anthropic' | 'openai'

/** Which language model to call, and how. */
export interface ModelSettings {
  readonly provider: ModelProvider
  /** The provider's name of the model. */
  readonly model: string
  /** Where the provider's API is. Must be given for `openai-compatible`, as `http://127.0.0.1:11434/v1`. */
  readonly baseUrl?: string | undefined
  /** Name of the `system` secret that holds the key; its value is never given to a run. */
  readonly apiKeySecret?: string | undefined
  /**
   * Most tokens that a conversation with the model may have; older parts are left out before it is reached.
   * @default 128_000
   */
  readonly contextTokens?: number | undefined
  /**
   * Most tokens of one answer.
   * @default the provider's
   */
  readonly maxOutputTokens?: number | undefined
  readonly temperature?: number | undefined
  /**
   * What tokens cost, in US dollars for a million, so that a budget can be in dollars.
   * @default not known
   */
  readonly prices?: { readonly inputUsd: number; readonly outputUsd: number } | undefined
}

const text = v.pipe(v.string('must be a text'), v.minLength(1, 'must not be empty'))
const price = v.pipe(v.number('must be a number'), v.finite('must be finite'), v.minValue(0, 'must be at least 0'))
const tokens = v.pipe(v.number('must be a number'), v.integer('must be whole'), v.minValue(1, 'must be at least 1'))

export const modelSettingsSchema: v.GenericSchema<unknown, ModelSettings> = v.pipe(
  v.strictObject(
    {
      provider: v.picklist(
        ['openai-compatible', 'anthropic', 'openai'],
        'must be openai-compatible, anthropic or openai',
      ),
      model: text,
      baseUrl: v.optional(
        v.pipe(
          v.string('must be a text'),
          v.check(isWebAddress, 'must be an http or https address without a user or password in it'),
        ),
      ),
      apiKeySecret: v.optional(
        v.pipe(text, v.regex(/^[A-Z][A-Z0-9_]*$/, 'must be the name of a system secret, never its value')),
      ),
      contextTokens: v.optional(v.pipe(tokens, v.minValue(1000, 'must be at least 1000'))),
      maxOutputTokens: v.optional(tokens),
      temperature: v.optional(
        v.pipe(v.number('must be a number'), v.minValue(0, 'must be at least 0'), v.maxValue(2, 'must be at most 2')),
      ),
      prices: v.optional(v.strictObject({ inputUsd: price, outputUsd: price }, 'is not known here')),
    },
    'is not known here',
  ),
  v.forward(
    v.check(
      ({ provider, baseUrl }) => provider !== 'openai-compatible' || baseUrl !== undefined,
      'must be given for the provider openai-compatible',
    ),
    ['baseUrl'],
  ),
)

function isWebAddress(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, username, password } = new URL(address)
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === ''
}
