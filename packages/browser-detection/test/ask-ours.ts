import { detectBlock, type PageSnapshot } from '../src/index.ts'
import { type Answer, kindOf } from './judgement.ts'

/** Our own detector, with its options as they are. */
export function askOurs(snapshot: PageSnapshot): Answer | undefined {
  const detection = detectBlock(snapshot)
  if (detection === undefined) return undefined
  const { reason, confidence, signals } = detection
  const vendor =
    reason.type === 'fraud-detect' ? reason.vendor : reason.type === 'captcha' ? reason.provider : undefined
  return { kind: kindOf(reason), vendor, signals: [...signals, `confidence ${confidence}`] }
}
