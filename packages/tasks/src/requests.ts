import { workerOutcomeSchema } from '@agentic/worker-outcome'
import * as v from 'valibot'
import type { Settlement } from './task-store.ts'
import { TASK_STATUSES, type TaskStatus } from './task.ts'
import { agentIdSchema, jsonField, objectMessage, parse, textField, wholeNumber } from './validation.ts'

const LONGEST_LEASE_MS = 86_400_000
const LONGEST_NOTE = 2000

const leaseSchema = v.strictObject({ leaseMs: wholeNumber(1, LONGEST_LEASE_MS) }, objectMessage)
const noteSchema = v.optional(textField(0, LONGEST_NOTE))
const statusSchema = v.optional(v.picklist(TASK_STATUSES, `must be one of ${TASK_STATUSES.join(', ')}`))
export interface Resolution {
  readonly action: 'retry' | 'abandon'
  readonly note?: string | undefined
}

const resolutionSchema: v.GenericSchema<unknown, Resolution> = v.strictObject(
  { action: v.picklist(['retry', 'abandon'], 'must be `retry` or `abandon`'), note: noteSchema },
  objectMessage,
)
const settlementSchema = v.strictObject(
  { outcome: workerOutcomeSchema, usage: v.optional(jsonField), transcript: v.optional(textField(0, 2000)) },
  objectMessage,
)

export function parseAgentId(agentId: unknown): string {
  return parse(agentIdSchema, agentId, 'agentId')
}

export function parseLease(lease: unknown): number {
  return parse(leaseSchema, lease, 'lease').leaseMs
}

export function parseStatus(status: unknown): TaskStatus | undefined {
  return parse(statusSchema, status, 'status')
}

export function parseText(field: string, text: unknown): string | undefined {
  return parse(noteSchema, text, field)
}

export function parseResolution(resolution: unknown): Resolution {
  return parse(resolutionSchema, resolution, 'resolution')
}

export function parseSettlement(settlement: unknown): Settlement {
  return parse(settlementSchema, settlement, 'settlement')
}
