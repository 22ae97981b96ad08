import * as v from 'valibot'
import { AcpError } from './acp-error.ts'
import type { AcpPlan } from './acp-plan.ts'

/** What a new or resumed session says of itself. */
export interface SessionState {
  readonly modes?:
    | { readonly currentModeId: string; readonly availableModes: readonly { readonly id: string }[] }
    | null
    | undefined
  readonly configOptions?: readonly ConfigOption[] | null | undefined
}

interface ConfigOption {
  readonly id: string
  readonly category?: string | null | undefined
  readonly currentValue: string | boolean
  /** Values, or groups of them. */
  readonly options?: readonly (OptionValue | { readonly options: readonly OptionValue[] })[] | undefined
}

interface OptionValue {
  readonly value: string
}

const valueSchema = v.object({ value: v.string() })
const optionSchema = v.object({
  id: v.string(),
  category: v.fallback(v.nullish(v.string()), undefined),
  currentValue: v.fallback(v.union([v.string(), v.boolean()]), ''),
  options: v.fallback(
    v.optional(v.array(v.union([valueSchema, v.object({ options: v.array(valueSchema) })]))),
    undefined,
  ),
})
const modesSchema = v.object({ currentModeId: v.string(), availableModes: v.array(v.object({ id: v.string() })) })

export const sessionSchema: v.GenericSchema<unknown, SessionState> = v.object({
  modes: v.fallback(v.nullish(modesSchema), undefined),
  configOptions: v.fallback(v.nullish(v.array(optionSchema)), undefined),
})

/** One request that brings the session to what was asked for. */
export type SessionChange =
  | { readonly type: 'mode'; readonly modeId: string }
  | { readonly type: 'option'; readonly configId: string; readonly value: string | boolean }

/** What must be sent for a session to be as the plan says. Throws an {@link AcpError} that lists what there is. */
export function changesOf(
  { mode, model, options }: Pick<AcpPlan, 'mode' | 'model' | 'options'>,
  session: SessionState,
): readonly SessionChange[] {
  const offered = session.configOptions ?? []
  return [
    ...(mode === undefined ? [] : modeChange(mode, session)),
    ...(model === undefined ? [] : optionChange('model', categoryOf('model', offered), model)),
    ...Object.entries(options).flatMap(([id, value]) =>
      optionChange(
        `options.${id}`,
        offered.find((option) => option.id === id),
        value,
        offered,
      ),
    ),
  ]
}

/** Older agents know modes, newer ones an option of that category. */
function modeChange(mode: string, { modes, configOptions }: SessionState): readonly SessionChange[] {
  const option = categoryOf('mode', configOptions ?? [])
  if (option !== undefined) return optionChange('mode', option, mode)
  const ids = (modes?.availableModes ?? []).map(({ id }) => id)
  if (!ids.includes(mode)) throw unknown('mode', mode, ids)
  return modes?.currentModeId === mode ? [] : [{ type: 'mode', modeId: mode }]
}

function categoryOf(category: string, options: readonly ConfigOption[]): ConfigOption | undefined {
  return options.find((option) => option.category === category) ?? options.find((option) => option.id === category)
}

function optionChange(
  field: string,
  option: ConfigOption | undefined,
  value: string | boolean,
  offered: readonly ConfigOption[] = [],
): readonly SessionChange[] {
  if (option === undefined) {
    throw unknown(
      field,
      value,
      offered.map(({ id }) => id),
    )
  }
  if (typeof option.currentValue === 'boolean') {
    if (typeof value !== 'boolean') throw unknown(field, value, ['true', 'false'])
  } else {
    const values = (option.options ?? []).flatMap((each) => ('value' in each ? [each] : each.options))
    const names = values.map((each) => each.value)
    if (typeof value !== 'string' || !names.includes(value)) throw unknown(field, value, names)
  }
  return option.currentValue === value ? [] : [{ type: 'option', configId: option.id, value }]
}

function unknown(field: string, value: string | boolean, known: readonly string[]): AcpError {
  const way = known.length === 0 ? 'it offers none' : `it offers ${known.slice(0, 50).join(', ')}`
  return new AcpError('ACP_OPTION_UNKNOWN', `worker.${field}: the agent does not know "${value}": ${way}`)
}
