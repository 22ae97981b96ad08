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
export { type BrowseInput, type BrowseOptions, createBrowseFunction } from './browse/browse-function.ts'
export type { AddressPolicyOptions } from './browse/addresses.ts'
export { type Chromium, findChromium, type FindChromiumOptions } from './browse/find-chromium.ts'
export { WorkerError, type WorkerErrorCode, type WorkerErrorOptions } from './errors.ts'
