/** What can happen, as events name it: noun, then fact. */
export const EVENT_TYPES = [
  'agent-created',
  'agent-updated',
  'agent-deleted',
  'task-created',
  'task-updated',
  'run-started',
  'run-ended',
  'escalation-opened',
  'escalation-resolved',
  'firing-started',
  'firing-finished',
  'firing-skipped',
  'wake-dead',
  'breaker-opened',
  'breaker-closed',
] as const

export type EventType = (typeof EVENT_TYPES)[number]
