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

const secs = v.pipe(
  v.number('must be a number of seconds'),
  v.minValue(1, 'must be at least 1 second'),
  v.maxValue(MAX_SECS, 'must be at most 30 days'),
)

export const agentSettingsSchema: v.GenericSchema<unknown, AgentSettings> = v.strictObject({
  wallClockSecs: v.optional(secs),
  cronTimeoutSecs: v.optional(secs),
  network: v.optional(v.picklist(['none', 'host'], 'must be none or host')),
  metadata: v.optional(
    v.pipe(
      v.record(v.string(), v.unknown()),
      v.check(
        (value) => JSON.stringify(value).length <= METADATA_MAX_BYTES,
        `must be at most ${METADATA_MAX_BYTES} bytes of JSON`,
      ),
    ),
  ),
})
