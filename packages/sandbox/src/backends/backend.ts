import type { SandboxBackend } from '../sandbox.ts'

/** A command with everything that decides how it is contained, checked and resolved. */
export interface Order {
  readonly argv: readonly string[]
  /** Real path. */
  readonly workspace: string
  readonly isolateNetwork: boolean
  readonly deniedPaths: readonly string[]
  readonly readOnlyPaths: readonly string[]
  readonly memoryBytes?: number | undefined
  readonly processes?: number | undefined
}

/** The process to spawn for an order. Its own arguments hold nothing secret: all users of the host can read them. */
export interface Launch {
  readonly file: string
  readonly args: readonly string[]
  /** Contents that the process reads from descriptors {@link firstInputDescriptor} and up. */
  readonly inputs: readonly string[]
}

export interface Backend {
  readonly name: SandboxBackend
  /** Whether commands get their own process and network namespaces, whose first process takes the whole tree along when it ends. */
  readonly hasNamespaces: boolean
  /** Whether what is not needed is absent. */
  readonly hasOwnFilesystem: boolean
  /** Whether `/tmp` is the run's own. */
  readonly hasOwnTemporaryFolder: boolean
  launch(order: Order): Launch
}

/** The launched process writes here once the command's own surroundings stand, and reads the word to begin it. */
export const statusDescriptor = 3
export const firstInputDescriptor = 4
