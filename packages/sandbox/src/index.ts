export { createSandbox } from './create-sandbox.ts'
export { SandboxError, type SandboxErrorCode } from './errors.ts'
export type {
  Command,
  CommandOutput,
  CommandResult,
  Containment,
  OutputChunk,
  RunLimits,
  RunOptions,
  Sandbox,
  SandboxBackend,
  SandboxOptions,
  SandboxStatus,
} from './sandbox.ts'
