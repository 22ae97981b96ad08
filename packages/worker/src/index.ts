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
export type { FunctionContext, WorkerFunction } from './worker-function.ts'
export { type BrowseInput, type BrowseOptions, createBrowseFunction } from './browser/browse-function.ts'
export type { AddressPolicyOptions } from './browser/addresses.ts'
export { type Chromium, findChromium, type FindChromiumOptions } from './browser/find-chromium.ts'
export { WorkerError, type WorkerErrorCode, type WorkerErrorOptions } from './errors.ts'
