import type { TokenVerifier } from '../http/bearer-auth.ts'

/** What a token lets its bearer see and do: everything, or what is one agent's. */
export type TokenScope = { readonly type: 'admin' } | { readonly type: 'agent'; readonly agentId: string }

/** What may be told of a token: never the token itself. */
export interface Token {
  readonly id: string
  readonly scope: TokenScope
  /** What it is for, in the words of whoever made it. */
  readonly name?: string | undefined
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  /** From this instant on it opens nothing. */
  readonly expiresAt?: number | undefined
}

export interface NewToken {
  readonly scope: TokenScope
  readonly name?: string | undefined
  readonly expiresAt?: number | undefined
}

export interface TokenPage {
  readonly items: readonly Token[]
  readonly nextCursor?: string | undefined
}

/** Makes, lists and deletes tokens. Of a token only its hash is kept: nothing gives it back. */
export interface TokenStore extends TokenVerifier {
  /** Makes a token; `text` is the token itself, told this one time. */
  create(token: NewToken): Promise<{ readonly token: Token; readonly text: string }>

  /** Lists tokens, oldest first. */
  list(options: { readonly limit: number; readonly cursor?: string | undefined }): Promise<TokenPage>

  /** From when this resolves the token opens nothing; false if there was none. */
  delete(id: string): Promise<boolean>

  /** Deletes the tokens of an agent. */
  deleteAgent(agentId: string): Promise<void>

  /** Aborts when the token is deleted: for what stays open longer than a request. */
  whileValid(tokenId: string): AbortSignal
}
