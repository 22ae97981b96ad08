/** Who makes a request, as its token says. */
export type Caller = { readonly type: 'admin' }

/** What requests carry through the server, beside what Hono gives. */
export interface ServerEnv {
  Variables: { caller: Caller; requestId: string }
}
