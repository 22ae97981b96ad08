/** What the HTTP API answers with, as far as the tour looks into it. */

export interface Page<Item> {
  readonly items: readonly Item[]
}

export interface AgentView {
  readonly id: string
  readonly mode: string
}

export interface OutcomeView {
  readonly type: string
  readonly result?: string
  readonly code?: string
  readonly block?: { readonly type: string }
  readonly evidence?: EvidenceView
}

export interface EvidenceView {
  readonly finalUrl?: string
  readonly status?: number
  readonly htmlSnippet?: string
  readonly screenshot?: string
  readonly signals: readonly string[]
}

export interface TaskView {
  readonly id: string
  readonly agentId: string
  readonly title: string
  readonly status: string
  readonly attempts: number
  readonly waiting?: { readonly id: string; readonly text: string }
  readonly outcome?: OutcomeView
}

export interface UsageView {
  readonly runs: number
  readonly modelCalls: number
}

export interface RunView {
  readonly id: string
  readonly number: number
  readonly outcome?: OutcomeView
}

export interface EscalationView {
  readonly taskId: string
  readonly block: { readonly type: string }
}

export interface SecretView {
  readonly name: string
  readonly scope: { readonly type: string; readonly agentId?: string }
  readonly available?: boolean
  readonly why?: string
}

export interface JobView {
  readonly id: string
}

export interface FiringView {
  readonly id: string
  readonly status: string
}

export interface ReadyView {
  readonly status: string
  readonly parts: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[]
}
