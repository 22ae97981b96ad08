import type { Page } from 'playwright-core'
import { evaluateIn } from './read-page.ts'
import type { TypedSecrets } from './typed-secrets.ts'

const SCREENSHOT_MS = 5000
/** A page can be as long as it likes. */
const HEIGHT_MAX = 8000

/** Takes a picture of a page, without what secrets were typed into. */
export async function takeScreenshot(
  page: Page,
  secrets: Pick<TypedSecrets, 'hiddenParts'>,
  { signal, fullPage = false }: { readonly signal: AbortSignal; readonly fullPage?: boolean | undefined },
): Promise<Uint8Array> {
  const size = page.viewportSize()
  const isFull = fullPage && size !== null
  return page.screenshot({
    timeout: SCREENSHOT_MS,
    mask: [...secrets.hiddenParts(page)],
    animations: 'disabled',
    ...(isFull
      ? { fullPage: true, clip: { x: 0, y: 0, width: size.width, height: await heightOf(page, signal) } }
      : {}),
  })
}

async function heightOf(page: Page, signal: AbortSignal): Promise<number> {
  const script = 'document.documentElement.scrollHeight'
  const height = Number(await evaluateIn(page.mainFrame(), script, { limitMs: SCREENSHOT_MS, signal }))
  return Math.max(1, Math.min(Number.isFinite(height) ? height : 1, HEIGHT_MAX))
}
