import type { ElementHandle } from 'playwright-core'
import * as v from 'valibot'
import { WorkerError } from '../errors.ts'
import { firstLine } from './read-page.ts'
import type { References } from './references.ts'
import { defineTool } from '../tools/run-tool.ts'
import type { BrowserTool, SignalContext } from './browser-tool.ts'
import type { ToolGround } from './tool-ground.ts'

const reference = v.pipe(v.string('must be a text'), v.maxLength(40, 'must be a reference, as 3e5'))
const strict = 'is not known here'

/** What is done to elements: click, type, press a key, select. */
export function createElementTools(ground: ToolGround, references: References): readonly BrowserTool[] {
  return [clickTool, typeTool, pressKeyTool, selectTool].map((create) => create(ground, references))
}

function clickTool({ act, session }: ToolGround, references: References): BrowserTool {
  const timeout = session.settings.actionTimeoutMs
  return defineTool({
    name: 'browser_click',
    description: 'Clicks an element of the last snapshot.',
    input: v.strictObject(
      {
        reference,
        button: v.optional(v.picklist(['left', 'middle', 'right'], 'must be left, middle or right'), 'left'),
        doubleClick: v.optional(v.boolean('must be true or false'), false),
        acceptDialogs: v.optional(v.boolean('must be true or false'), false),
      },
      strict,
    ),
    execute: ({ reference, button, doubleClick, acceptDialogs }, { signal }: SignalContext) =>
      act({ isAction: true, acceptDialogs }, signal, async ({ tab }) => {
        const element = await references.find(tab, reference)
        await done(
          `${reference} could not be clicked`,
          element.click({ button, clickCount: doubleClick ? 2 : 1, timeout }),
        )
        return `clicked ${reference}`
      }),
  })
}

function typeTool({ act, session, secrets, ports }: ToolGround, references: References): BrowserTool {
  const timeout = session.settings.actionTimeoutMs

  /** Gives the secret for where the element is: a frame of another site is another site. */
  async function takeSecret(name: string, element: ElementHandle): Promise<string> {
    const url = (await element.ownerFrame())?.url() ?? ''
    const origin = URL.parse(url)?.origin ?? 'null'
    if (ports.secretFor === undefined) throw new WorkerError('SECRET_REFUSED', 'no secret can be typed in this run')
    if (origin === 'null') throw new WorkerError('SECRET_REFUSED', 'the element is in a document without an origin')
    const value = await ports.secretFor(name, origin)
    secrets.add({ value, origin }, element)
    return value
  }

  return defineTool({
    name: 'browser_type',
    description:
      'Types into a field of the last snapshot: a text, or a secret by its name, whose value is neither shown to you nor in what tools answer. Replaces what the field holds.',
    input: v.pipe(
      v.strictObject(
        {
          reference,
          text: v.optional(v.pipe(v.string('must be a text'), v.maxLength(50_000, 'must be at most 50000 characters'))),
          secret: v.optional(v.pipe(v.string('must be the name of a secret'), v.maxLength(200, 'is too long'))),
          submit: v.optional(v.boolean('must be true or false'), false),
          keyByKey: v.optional(v.boolean('must be true or false'), false),
        },
        strict,
      ),
      v.check(
        ({ text, secret }) => (text === undefined) !== (secret === undefined),
        'give exactly one of text and secret',
      ),
    ),
    execute: ({ reference, text, secret, submit, keyByKey }, { signal }: SignalContext) =>
      act({ isAction: true }, signal, async ({ tab }) => {
        const element = await references.find(tab, reference)
        // Held by its handle: should the page go elsewhere meanwhile, this element is not there to be typed into.
        const value = secret === undefined ? (text ?? '') : await takeSecret(secret, element)
        const typing = type(element, value, { keyByKey, timeout })
        await (secret === undefined
          ? done(`${reference} could not be typed into`, typing)
          : doneSilently(reference, typing))
        if (secret === undefined) await secrets.forget(element)
        if (submit) await done('Enter could not be pressed', element.press('Enter', { timeout }))
        return `typed ${secret === undefined ? 'the text' : `the secret ${secret}`} into ${reference}`
      }),
  })
}

async function type(
  element: ElementHandle,
  value: string,
  { keyByKey, timeout }: { readonly keyByKey: boolean; readonly timeout: number },
): Promise<void> {
  await element.fill(keyByKey ? '' : value, { timeout })
  if (!keyByKey) return
  await element.focus()
  await element.type(value, { timeout: timeout + value.length * 20 })
}

/** Keys that copy what a field holds to where it may be read. */
const CLIPBOARD_KEYS = /(?:control|meta|controlormeta|shift)\+(?:.*\+)?(?:[cxv]|insert|delete|key[cxv])$/i

function pressKeyTool({ act, session, secrets }: ToolGround, references: References): BrowserTool {
  const timeout = session.settings.actionTimeoutMs
  return defineTool({
    name: 'browser_press_key',
    description:
      'Presses a key or several together, as Enter, ArrowDown or Control+A; on an element, or on what has the focus.',
    input: v.strictObject(
      {
        key: v.pipe(v.string('must be a text'), v.minLength(1, 'must not be empty'), v.maxLength(40, 'must be a key')),
        reference: v.optional(reference),
      },
      strict,
    ),
    execute: ({ key, reference }, { signal }: SignalContext) =>
      act({ isAction: true }, signal, async ({ tab }) => {
        if (!secrets.isEmpty && CLIPBOARD_KEYS.test(key)) {
          throw new WorkerError('SECRET_REFUSED', `${key}: nothing is copied once a secret has been typed`)
        }
        const element = reference === undefined ? undefined : await references.find(tab, reference)
        const pressing = element === undefined ? tab.page.keyboard.press(key) : element.press(key, { timeout })
        await done(`${key} could not be pressed`, pressing)
        return `pressed ${key}`
      }),
  })
}

function selectTool({ act, session }: ToolGround, references: References): BrowserTool {
  const timeout = session.settings.actionTimeoutMs
  return defineTool({
    name: 'browser_select',
    description: 'Selects options of a list of the last snapshot, by their label or value.',
    input: v.strictObject(
      {
        reference,
        options: v.pipe(v.array(v.string('must be a text'), 'must be a list'), v.maxLength(100, 'must be at most 100')),
      },
      strict,
    ),
    execute: ({ reference, options }, { signal }: SignalContext) =>
      act({ isAction: true }, signal, async ({ tab }) => {
        const element = await references.find(tab, reference)
        await done(`${reference} could not be set`, element.selectOption([...options], { timeout }))
        return `selected in ${reference}`
      }),
  })
}

/** Says why an element would not have it, in a line. */
async function done(what: string, doing: Promise<unknown>): Promise<void> {
  try {
    await doing
  } catch (error) {
    throw new WorkerError('ELEMENT_UNAVAILABLE', `${what}: ${reasonOf(error)}`)
  }
}

/** Playwright says in its errors what was typed. */
async function doneSilently(reference: string, typing: Promise<unknown>): Promise<void> {
  try {
    await typing
  } catch {
    throw new WorkerError('ELEMENT_UNAVAILABLE', `${reference} could not be typed into: is it a field, and enabled?`)
  }
}

const REASONS =
  /intercepts pointer events|is not (?:visible|enabled|stable|editable|attached)|outside of the viewport|not connected/
const REASON_MAX_LENGTH = 300
// oxlint-disable-next-line no-control-regex -- Playwright colours its log.
const COLOURS = /\u001B\[\d+m/g

function reasonOf(error: unknown): string {
  const lines = String(error).replace(COLOURS, '').split('\n')
  const reason = lines.findLast((line) => REASONS.test(line))?.replace(/^[\s-]+/, '')
  return (reason ?? firstLine(lines[0])).slice(0, REASON_MAX_LENGTH)
}
