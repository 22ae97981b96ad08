import * as v from 'valibot'

/** `active`: its loops run. `dormant`: no loop, no timer, no memory held; only wakes move it. */
export type AgentMode = 'active' | 'dormant'

/** What a product may set for an agent; absent settings are the instance's. */
export interface AgentSettings {
  /** Longest a run of the agent may take, in seconds. */
  readonly wallClockSecs?: number | undefined
  /** Longest a cron firing of the agent may take, in seconds, when the job does not say. */
  readonly cronTimeoutSecs?: number | undefined
  /** What the agent's commands may reach: nothing, or what the host reaches. */
  readonly network?: 'none' | 'host' | undefined
  /** For its runs of a language model; whoever runs them knows what it may hold. */
  readonly agent?: object | undefined
  /** For its browser; likewise. */
  readonly browser?: object | undefined
  /** The product's own notes: kept, never read. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

/** A customer's long-lived assistant. Asleep it is this row, nothing more. */
export interface Agent {
  readonly id: string
  readonly mode: AgentMode
  readonly settings: AgentSettings
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly updatedAt: number
}

/** The product's own id: case-sensitive, at most 128 characters. */
export const agentIdSchema: v.GenericSchema<unknown, string> = v.pipe(
  v.string(),
  v.regex(
    /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/,
    'must be 1 to 128 letters, digits, dots, underscores, colons or hyphens, beginning with a letter or digit',
  ),
)

export const agentModeSchema: v.GenericSchema<unknown, AgentMode> = v.picklist(
  ['active', 'dormant'],
  'must be active or dormant',
)

const MAX_SECS = 30 * 86_400
const METADATA_MAX_BYTES = 16_384
const OPAQUE_MAX_BYTES = 65_536

const secs = v.pipe(
  v.number('must be a number of seconds'),
  v.minValue(1, 'must be at least 1 second'),
  v.maxValue(MAX_SECS, 'must be at most 30 days'),
)

/** A setting that may be left out. */
type Setting<Value> = v.OptionalSchema<v.GenericSchema<unknown, Value>, undefined>

/** The settings one by one, for a host that says more of those that it knows. */
export const agentSettingsEntries: {
  readonly wallClockSecs: Setting<number>
  readonly cronTimeoutSecs: Setting<number>
  readonly network: Setting<'none' | 'host'>
  readonly agent: Setting<object>
  readonly browser: Setting<object>
  readonly metadata: Setting<{ readonly [name: string]: unknown }>
} = {
  wallClockSecs: v.optional(secs),
  cronTimeoutSecs: v.optional(secs),
  network: v.optional(v.picklist(['none', 'host'], 'must be none or host')),
  agent: v.optional(jsonObject(OPAQUE_MAX_BYTES)),
  browser: v.optional(jsonObject(OPAQUE_MAX_BYTES)),
  metadata: v.optional(jsonObject(METADATA_MAX_BYTES)),
}

export const agentSettingsSchema: v.GenericSchema<unknown, AgentSettings> = v.strictObject(agentSettingsEntries)

function jsonObject(maxBytes: number): v.GenericSchema<unknown, { readonly [name: string]: unknown }> {
  return v.pipe(
    v.record(v.string(), v.unknown()),
    v.check((value) => JSON.stringify(value).length <= maxBytes, `must be at most ${maxBytes} bytes of JSON`),
  )
}
