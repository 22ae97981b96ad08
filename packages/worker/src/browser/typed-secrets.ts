import { bounded } from './bounded.ts'
import type { ElementHandle, Locator, Page } from 'playwright-core'

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
  /** What stands in fields that hold a secret, or a password: their values are not shown. */
  hiddenValues(page: Page): Promise<ReadonlySet<string>>
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

const READ_MS = 1000

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
      const passwords = page.frames().map((frame) =>
        // Of the page's own world, which knows them already.
        frame
          .locator(PASSWORDS)
          .evaluateAll((inputs: unknown[]) => inputs.map((input) => (input as { value: string }).value)),
      )
      const typed = [...fields].map(async (field) => [await textIn(field)])
      const all = await Promise.all([...passwords, ...typed].map(heard))
      return new Set(
        all
          .flat()
          .map(normalised)
          .filter((value) => value !== ''),
      )
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

/** What a frame says, if it says it soon. A field of one that does not is not in a snapshot either. */
async function heard(values: Promise<readonly string[]>): Promise<readonly string[]> {
  return bounded(values, READ_MS, { onLimit: () => new Error('no answer') }).catch(() => [])
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

async function textIn(field: ElementHandle): Promise<string> {
  return field.inputValue({ timeout: READ_MS }).catch(async () => (await field.textContent()) ?? '')
}

async function isSame(one: ElementHandle, other: ElementHandle): Promise<boolean> {
  return one.evaluate((element: unknown, other: unknown) => element === other, other).catch(() => false)
}
