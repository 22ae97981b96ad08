export { detectBlock, inspectPage } from './detect.ts'
export type { Detection, DetectOptions, Inspection, PageSnapshot } from './snapshot.ts'
