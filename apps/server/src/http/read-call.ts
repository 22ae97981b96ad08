import { type Json, jsonSchema } from '@agentic/worker-outcome'
import * as v from 'valibot'
import { invalidInput } from './problem.ts'

/**
 * Reads what another system called a hook with, in whatever form it speaks: JSON, a form, or text. Nothing is null. Throws
 * for JSON that could not be kept.
 */
export function readCall(bytes: Uint8Array, contentType: string): Json {
  if (bytes.byteLength === 0) return null
  const text = new TextDecoder().decode(bytes)
  if (/^application\/x-www-form-urlencoded\b/i.test(contentType)) return Object.fromEntries(new URLSearchParams(text))
  const parsed = parse(text)
  if (parsed === undefined) return text.toWellFormed().replaceAll('\0', '')
  const checked = v.safeParse(jsonSchema, parsed)
  if (checked.success) return checked.output
  throw invalidInput([{ field: 'body', message: checked.issues[0].message }])
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
