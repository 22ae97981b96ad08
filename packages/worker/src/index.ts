export { createWorker } from './create-worker.ts'
export type {
  CommandRunner,
  RunJob,
  RunResult,
  RunScrubber,
  RunSecrets,
  SecretsSource,
  Worker,
  WorkerOptions,
} from './worker.ts'
export { type WorkerSpec, workerSpecSchema } from './worker-spec.ts'
export type { AcpAgent, AcpChoices, AcpMcpServer, AcpPermissions, AcpSpec } from './acp/acp-spec.ts'
export type { AcpEvent, AcpUsage } from './acp/acp-event.ts'
export type { AcpErrorCode } from './acp/acp-error.ts'
export type { AcpLimits } from './acp/acp-limits.ts'
export type { AskPermission, PermissionQuestion } from './acp/permission-port.ts'
export type { FunctionContext, WorkerFunction } from './worker-function.ts'
export { type BrowseInput, type BrowseOptions, createBrowseFunction } from './browse/browse-function.ts'
export type { AddressPolicyOptions } from './browse/addresses.ts'
export { type Chromium, findChromium, type FindChromiumOptions } from './browse/find-chromium.ts'
export { WorkerError, type WorkerErrorCode, type WorkerErrorOptions } from './errors.ts'
