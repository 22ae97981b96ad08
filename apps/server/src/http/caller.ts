/** Who makes a request, as its token says. */
export type Caller =
  | { readonly type: 'admin'; readonly tokenId: string; readonly expiresAt?: number | undefined }
  /** Sees and does what is of this agent, and nothing else. */
  | {
      readonly type: 'agent'
      readonly agentId: string
      readonly tokenId: string
      readonly expiresAt?: number | undefined
    }

/** What requests carry through the server, beside what Hono gives. */
export interface ServerEnv {
  Variables: { caller: Caller; requestId: string }
}

/** The caller as audit trails name it. */
export function actorOf(caller: Caller): string {
  return `token:${caller.tokenId}`
}
