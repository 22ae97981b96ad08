export { type Link, LINK_DIRECTIONS, LINK_KINDS, type LinkDirection, type LinkKind } from './link.ts'
export { mayWrite, type RateLimit, type Relation, relationOf } from './link.ts'
export type { Admission, CreateLinkResult, LinkPage, LinkPageOptions, LinkStore, NewLink } from './link-store.ts'
export { createEmbeddedLinkStore, type EmbeddedLinkStoreOptions } from './adapters/embedded.ts'

export { createMessenger, type Message, type MessageTask, type MessageTasks } from './messenger.ts'
export type { KnownTask, Messenger, MessengerOptions, SendResult } from './messenger.ts'

export { LinkError, type LinkErrorCode } from './errors.ts'
