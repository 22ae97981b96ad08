import { findChromium } from '@agentic/worker'
import { type Browser, chromium, type Page } from 'playwright-core'

/** Starts the Chromium that the tests look at pages with. */
export async function openBrowser(): Promise<Browser> {
  const { executablePath, fontsPath } = await findChromium()
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox'],
    env: { ...process.env, ...(fontsPath === undefined ? {} : { FONTCONFIG_PATH: fontsPath }) },
  })
}

/** What a page asks for, and what its console says of things that go wrong. */
export function listenTo(page: Page): { readonly asked: URL[]; readonly complaints: string[] } {
  const asked: URL[] = []
  const complaints: string[] = []
  page.setDefaultTimeout(10_000)
  page.on('request', (request) => asked.push(new URL(request.url())))
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())))
  return { asked, complaints }
}
