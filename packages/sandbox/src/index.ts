export { createSandbox } from './create-sandbox.ts'
export { SandboxError, type SandboxErrorCode } from './errors.ts'
export type {
  Command,
  CommandOutput,
  CommandResult,
  Containment,
  OpenOptions,
  OpenProcess,
  OutputChunk,
  ProcessEnd,
  RunLimits,
  RunOptions,
  Sandbox,
  SandboxBackend,
  SandboxOptions,
  SandboxStatus,
} from './sandbox.ts'
