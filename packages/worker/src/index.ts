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
export type { AcpAgent, AcpChoices, AcpMcpServer, AcpPermissions, AcpSpec } from './acp/acp-spec.ts'
export { acpAgentSchema } from './acp/acp-spec.ts'
export type { AcpErrorCode } from './acp/acp-error.ts'
export type { AcpUsage } from './acp/acp-event.ts'
export type { AcpLimits } from './acp/acp-limits.ts'
export type { AcpOptions } from './acp/run-acp.ts'
export type { AskPermission, PermissionQuestion } from './acp/permission-port.ts'
export {
  createModelEmbedder,
  createModelWriter,
  type ModelClientOptions,
  type ModelEmbedder,
  type ModelWriter,
} from './agent/model-client.ts'
export { type ModelProvider, type ModelSettings, modelSettingsSchema } from './agent/model-settings.ts'
export { type Span, type Tracer } from './agent/telemetry.ts'
export type { CreateScrubber, KnownSecret } from './run-seam.ts'
export { defineTool, type RunTool, type ToolContext, ToolError, type ToolRun } from './tools/run-tool.ts'

export {
  type BrowserHost,
  type BrowserHostOptions,
  type BrowserStatus,
  createBrowserHost,
} from './browser/browser-host.ts'
export { type BrowserSession, type BrowserSessionOptions, createBrowserSession } from './browser/browser-session.ts'
export { createBrowserTools } from './browser/browser-tools.ts'
export type { BrowserTool } from './browser/browser-tool.ts'
export type { BrowserToolOptions, BrowserToolPorts } from './browser/tool-ground.ts'
export type { StorageStates } from './browser/storage-state.ts'
export { createSealedStates } from './browser/sealed-states.ts'
export { createGuardedFetch, type GuardedFetch } from './browser/guarded-fetch.ts'
export type { ConnectionGuardOptions } from './browser/connection-guard.ts'
export { type BrowseInput, type BrowseOptions, createBrowseFunction } from './browser/browse-function.ts'
export type { AddressPolicyOptions } from './browser/addresses.ts'
export { type Chromium, findChromium, type FindChromiumOptions } from './browser/find-chromium.ts'
export { WorkerError, type WorkerErrorCode, type WorkerErrorOptions } from './errors.ts'
