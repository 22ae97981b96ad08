import type { PermissionOption, PermissionOptionKind } from '@agentclientprotocol/sdk'
import type { AcpPermissions } from './acp-spec.ts'

/** What becomes of a request for permission. */
export type PermissionDecision =
  | { readonly type: 'allowed' | 'rejected'; readonly optionId: string }
  /** There is no option that says so: the agent takes it that nothing was chosen. */
  | { readonly type: 'cancelled' }
  | { readonly type: 'ask' }

/** Kinds of tool that, by the agent's own word, change nothing and reach nothing outside. */
const READ_ONLY_KINDS: ReadonlySet<string> = new Set(['read', 'search', 'think'])

/** Decides by the policy. What the agent says of its own tool is taken for true: the sandbox is what keeps it in bounds. */
export function decide(
  policy: AcpPermissions,
  kind: string | undefined,
  options: readonly PermissionOption[],
): PermissionDecision {
  switch (policy) {
    case 'ask':
      return { type: 'ask' }
    case 'allow':
      return choose(true, options)
    case 'reject':
      return choose(false, options)
    case 'allow-read-only':
      return choose(kind !== undefined && READ_ONLY_KINDS.has(kind), options)
    default:
      return policy satisfies never
  }
}

/** Reads a person's answer: the id or the name of an option, or plainly whether it is allowed. Anything else is a no. */
export function decideByAnswer(answer: string, options: readonly PermissionOption[]): PermissionDecision {
  const word = answer.trim().toLowerCase()
  const named = options.find(({ optionId, name }) => [optionId, name].some((each) => each.toLowerCase() === word))
  if (named !== undefined) return { type: isAllowing(named.kind) ? 'allowed' : 'rejected', optionId: named.optionId }
  return choose(['allow', 'yes'].includes(word), options)
}

/** Once rather than for good: what is allowed for good is not asked again, and the policy could no longer say no. */
function choose(isAllowed: boolean, options: readonly PermissionOption[]): PermissionDecision {
  const kinds: readonly PermissionOptionKind[] = isAllowed
    ? ['allow_once', 'allow_always']
    : ['reject_once', 'reject_always']
  for (const kind of kinds) {
    const option = options.find((each) => each.kind === kind)
    if (option !== undefined) return { type: isAllowed ? 'allowed' : 'rejected', optionId: option.optionId }
  }
  return { type: 'cancelled' }
}

function isAllowing(kind: PermissionOptionKind): boolean {
  return kind === 'allow_once' || kind === 'allow_always'
}
