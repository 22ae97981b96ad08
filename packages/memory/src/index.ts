export {
  type Association,
  ASSOCIATION_KINDS,
  type AssociationKind,
  DEFAULT_IMPORTANCE,
  type Deletion,
  type Memory,
  MEMORY_KINDS,
  type MemoryKind,
  type MemorySource,
  type Provenance,
} from './memory.ts'
export type {
  AssociateResult,
  Bulletin,
  ChangeResult,
  KnowledgeChange,
  ListOptions,
  MaintenanceCounts,
  MemoryChanges,
  MemoryStore,
  MemoryVector,
  NewMemory,
  Page,
  SaveResult,
  VersionCondition,
} from './memory-store.ts'
export { createEmbeddedMemoryStore, type EmbeddedMemoryStoreOptions } from './adapters/embedded.ts'
export { MemoryError, type MemoryErrorCode } from './errors.ts'
export {
  createRecall,
  type OpenRecall,
  type Ranking,
  type Recall,
  type RecallOptions,
  type RecallResult,
  type SearchOptions,
} from './recall/recall.ts'
export type { Embedder } from './recall/embedder.ts'
export { currentImportance, DEFAULT_HALF_LIVES, type HalfLives } from './decay.ts'
export { maintainAgent, type MaintainOptions, type MaintenanceReport } from './maintenance/maintain.ts'
export type { MaintenanceOptions } from './maintenance/options.ts'
export { type MaintenanceChange, type PlannedMemory, planMaintenance } from './maintenance/plan.ts'
export { mergeMemories } from './maintenance/merge.ts'
export { type AssociationOptions, planAssociations } from './plan-associations.ts'
export { type RenderOptions, renderBulletin } from './bulletin/render.ts'
export {
  type Bulletins,
  type BulletinsOptions,
  createBulletins,
  type CurrentBulletin,
  type Summarise,
} from './bulletin/bulletins.ts'
