/**
 * Mends what models get wrong in the arguments of a tool call without changing what was meant: a fence or words around
 * the JSON, JSON said as a text once more, raw line breaks in texts, commas before a closing bracket. Nothing, when that
 * does not make an object of it. Arguments that were cut are never completed: half a command is another command.
 */
export function repairToolInput(input: string): string | undefined {
  const inner = input.slice(input.indexOf('{'), input.lastIndexOf('}') + 1)
  for (const candidate of [input, inner, mendStrings(inner)]) {
    const value = objectIn(candidate)
    if (value !== undefined) return JSON.stringify(value)
  }
  return undefined
}

/** Finds the tool that a wrongly written name means: other case, other separators, a namespace before it. */
export function repairToolName(name: string, tools: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const last = name.split(/[.:/]/).at(-1) ?? name
  const meant = tools.filter((tool) => [plain(name), plain(last)].includes(plain(tool)))
  return meant.length === 1 ? meant[0] : undefined
}

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'string') return objectIn(value)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Escapes raw control characters within strings, and drops commas before a closing bracket outside of them. */
function mendStrings(text: string): string {
  let mended = ''
  let isInString = false
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? ''
    if (isInString && character === '\\') {
      mended += character + (text[++index] ?? '')
      continue
    }
    if (character === '"') isInString = !isInString
    if (isInString && character < ' ') mended += JSON.stringify(character).slice(1, -1)
    else if (!isInString && character === ',' && /^\s*[}\]]/.test(text.slice(index + 1, index + 50))) continue
    else mended += character
  }
  return mended
}
