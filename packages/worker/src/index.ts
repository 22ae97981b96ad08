export { createWorker } from './create-worker.ts'
export type {
  CommandRunner,
  ResumeFrom,
  RunInfo,
  RunJob,
  RunResult,
  RunScrubber,
  RunSecrets,
  SecretsSource,
  Worker,
  WorkerOptions,
} from './worker.ts'
export { type WorkerSpec, workerSpecSchema } from './worker-spec.ts'
export type { RunUsage } from './usage-meter.ts'
export type { ReportProgress, RunProgress } from './run-progress.ts'
export type { OpenTranscript, TranscriptSink } from './transcript.ts'
export type { FunctionContext, WorkerFunction } from './worker-function.ts'

export {
  type AgentLimits,
  type AgentOptions,
  type AgentTelemetry,
  type AskPerson,
  DEFAULT_AGENT_LIMITS,
  type KeepSecret,
  type McpHost,
  type MemoryPort,
  type NewAgentTask,
  type OpenTools,
} from './agent/agent-options.ts'
export {
  type AgentBudget,
  agentBudgetSchema,
  type AgentRunSettings,
  agentRunSettingsSchema,
  type AgentSpec,
  type McpServer,
} from './agent/agent-spec.ts'
export { type ModelProvider, type ModelSettings, modelSettingsSchema } from './agent/model-settings.ts'
export { type Span, type Tracer } from './agent/telemetry.ts'
export type { CreateScrubber, KnownSecret } from './run-seam.ts'
export { defineTool, type RunTool, type ToolContext, ToolError, type ToolRun } from './tools/run-tool.ts'

export { type BrowseInput, type BrowseOptions, createBrowseFunction } from './browse/browse-function.ts'
export type { AddressPolicyOptions } from './browse/addresses.ts'
export { type Chromium, findChromium, type FindChromiumOptions } from './browse/find-chromium.ts'
export { WorkerError, type WorkerErrorCode, type WorkerErrorOptions } from './errors.ts'
