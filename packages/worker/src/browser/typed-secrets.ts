import type { ElementHandle, Frame, Locator, Page } from 'playwright-core'
import { bounded } from './bounded.ts'

/**
 * The secrets that were typed into pages of a session. What a page does with them is its own; what the agent gets to
 * see of it is not: values are taken out of texts, fields that hold them out of snapshots and pictures.
 */
export interface TypedSecrets {
  readonly isEmpty: boolean
  /** Remembers a secret, the field that it is about to be typed into and the origin that it is for. */
  add(secret: { readonly value: string; readonly origin: string }, field: ElementHandle): void
  /** Says that a field now holds another text. */
  forget(field: ElementHandle): Promise<void>
  mask(text: string): string
  /** Says which values of fields are not shown: those of passwords and of fields that hold a secret, or all in doubt. */
  hiddenValues(page: Page): Promise<(value: string) => boolean>
  /** What pictures of a page leave out. */
  hiddenParts(page: Page): readonly Locator[]
}

/** As a browser writes white space in a snapshot. */
export function normalised(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

const MASK = '[SECRET]'

/** Shorter ones stand in every text: they are hidden in their fields alone. */
const MASKED_MIN_LENGTH = 4

const PASSWORDS = 'input[type=password i]'
/** Inputs whose value nobody types. */
const UNTYPED = ['button', 'checkbox', 'color', 'file', 'image', 'radio', 'range', 'reset', 'submit']
const FIELDS = `textarea, [contenteditable], input:not(${UNTYPED.map((type) => `[type=${type} i]`).join()})`

const READ_MS = 3000

export function createTypedSecrets(): TypedSecrets {
  const fields = new Set<ElementHandle>()
  const origins = new Map<string, Set<string>>()
  /** Longest first: one may be the start of another. */
  let forms: readonly string[] = []
  const maskable = (): readonly string[] => [...origins.keys()].filter(({ length }) => length >= MASKED_MIN_LENGTH)

  return {
    get isEmpty() {
      return origins.size === 0
    },
    add({ value, origin }, field) {
      fields.add(field)
      origins.set(value, (origins.get(value) ?? new Set()).add(origin))
      forms = maskable()
        .flatMap(formsOf)
        .toSorted((one, other) => other.length - one.length)
    },
    async forget(field) {
      for (const known of fields) if (await isSame(known, field)) fields.delete(known)
    },
    mask: (text) => forms.reduce((masked, form) => masked.replaceAll(form, MASK), text),
    async hiddenValues(page) {
      const reads = [...page.frames().map(passwordsIn), ...[...fields].map(textOf)]
      try {
        const hidden = new Set((await bounded(Promise.all(reads), READ_MS, { onLimit })).flat().map(normalised))
        return (value) => hidden.has(normalised(value))
      } catch {
        // What is not known to be harmless is not shown.
        return () => true
      }
    },
    hiddenParts(page) {
      if (origins.size === 0) return [page.locator(PASSWORDS)]
      return page.frames().flatMap((frame) => {
        const origin = URL.parse(frame.url())?.origin
        const echoed = maskable().filter((value) => origin !== undefined && origins.get(value)?.has(origin))
        return [frame.locator(FIELDS), ...echoed.map((value) => frame.getByText(value))]
      })
    },
  }
}

const onLimit = (): Error => new Error('the page does not say what its fields hold')

async function passwordsIn(frame: Frame): Promise<readonly string[]> {
  try {
    // In the page's own world, which knows them already.
    return await frame
      .locator(PASSWORDS)
      .evaluateAll((inputs: unknown[]) => inputs.map((input) => (input as { value: string }).value))
  } catch (error) {
    if (frame.isDetached()) return []
    throw error
  }
}

/** A value as it stands in texts, addresses, HTML and JSON. */
function formsOf(value: string): readonly string[] {
  const html = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const forms = [
    value,
    normalised(value),
    encodeURIComponent(value),
    new URLSearchParams({ '': value }).toString().slice(1),
    encodeURI(value),
    JSON.stringify(value).slice(1, -1),
    html,
    html.replaceAll('"', '&quot;'),
  ]
  return [...new Set(forms)].filter((form) => form !== '')
}

/** Nothing, where the field's document is gone. */
async function textOf(field: ElementHandle): Promise<readonly string[]> {
  return field.inputValue({ timeout: READ_MS }).then(
    (value) => [value],
    () =>
      field.textContent().then(
        (text) => [text ?? ''],
        () => [],
      ),
  )
}

async function isSame(one: ElementHandle, other: ElementHandle): Promise<boolean> {
  return one.evaluate((element: unknown, other: unknown) => element === other, other).catch(() => false)
}
