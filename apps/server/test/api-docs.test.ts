import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listenTo, openBrowser } from './open-browser.ts'
import { type RunningServer, startServer } from './running-server.ts'

let browser: Browser
let server: RunningServer
let page: Page
/** What the page asked for, and what its console said of things that went wrong. */
let asked: URL[]
let complaints: string[]

beforeAll(async () => {
  browser = await openBrowser()
  server = await startServer({ env: { AGENTIC_CONTAINMENT: 'off' } })
  page = await browser.newPage()
  ;({ asked, complaints } = listenTo(page))
})

afterAll(async () => {
  await browser.close()
  await server[Symbol.asyncDispose]()
})

const routes = () => page.locator('.route')

describe('the API reference', () => {
  test('shows every route of the document, from this server alone, to somebody without a token', async () => {
    const { body } = await server.api.get('/api/openapi.json')
    const wanted = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    await page.goto(`${server.url}/api/docs`)
    await routes().first().waitFor()
    const shown = await page.locator('.route > summary > code').allTextContents()
    expect(shown.toSorted((one, other) => one.localeCompare(other))).toEqual(
      wanted.toSorted((one, other) => one.localeCompare(other)),
    )
    expect(new Set(asked.map(({ origin }) => origin))).toEqual(new Set([server.url]))
    expect(complaints).toEqual([])
  })

  test('shows what a route takes and answers, down to the fields of its workers, and how to call it', async () => {
    await page.goto(`${server.url}/api/docs#postApiAgentsByIdTasks`)
    const route = page.locator('#postApiAgentsByIdTasks')
    await route.getByRole('heading', { name: 'Answers' }).waitFor()
    for (const text of ['title *', 'argv', '"command"', 'Idempotency-Key', 'Makes the request safe to repeat']) {
      expect(await route.textContent()).toContain(text)
    }
    await route.getByText('idempotency-key-reused').waitFor()
    expect(await route.locator('pre').textContent()).toBe(
      `curl "$URL/api/agents/$ID/tasks" \\\n  -H "authorization: Bearer $TOKEN" \\\n  -H 'content-type: application/json' \\\n  -d '{"title":"...","worker":{"type":"command"}}'`,
    )
    await route.getByRole('link', { name: 'Task', exact: true }).click()
    await page.locator('#schema-Task').getByText('maxAttempts').waitFor()
  })

  test('finds routes by their words', async () => {
    await page.goto(`${server.url}/api/docs`)
    await page.getByLabel('Find a route').fill('webhooks 204')
    await expect.poll(() => routes().filter({ visible: true }).count()).toBe(1)
    await page.getByText('Delete a webhook: from now on nothing is sent to it').waitFor()
    await page.getByLabel('Find a route').fill('')
    await expect.poll(() => routes().filter({ visible: true }).count()).toBeGreaterThan(80)
  })
})
