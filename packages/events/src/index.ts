export { type EmbeddedEventLog, type EmbeddedEventLogOptions, openEmbeddedEventLog } from './adapters/embedded.ts'
export type { Event, EventFilter, EventLog, EventPage, NewEvent } from './event-log.ts'
