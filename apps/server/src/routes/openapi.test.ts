import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../config.ts'
import { createApp } from '../create-app.ts'
import { openSystem, type System } from '../system/open-system.ts'

// What tests look into; a wrong guess fails the test.
// oxlint-disable-next-line typescript/no-explicit-any
type Document = any

let folder: string
let system: System
let app: ReturnType<typeof createApp>
let document: Document
let operations: { readonly name: string; readonly path: string; readonly operation: Document }[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentic-openapi-'))
  const config = await readConfig({ env: { AGENTIC_DATA_DIR: folder, AGENTIC_CONTAINMENT: 'off' }, cwd: folder })
  system = await openSystem({ config, log: pino({ level: 'silent' }) })
  app = createApp(system.ports)
  document = await (await app.request('/api/openapi.json')).json()
  operations = Object.entries<Document>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Document>(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      path,
      operation,
    })),
  )
})

afterAll(async () => {
  await system.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1, for everybody to read', async () => {
    expect(document.openapi).toMatch(/^3\.1\./)
    expect(await new Validator().validate(structuredClone(document))).toMatchObject({ valid: true })
  })

  test('holds every route of the app, and no other', () => {
    const routes = app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
    expect(operations.map(({ name }) => name).toSorted()).toEqual([...new Set(routes)].toSorted())
  })

  test('holds the routes of the contract', () => {
    const names = operations.map(({ name }) => name)
    for (const name of [
      'DELETE /api/agents/{id}',
      'DELETE /api/agents/{id}/secrets/{name}',
      'DELETE /api/cron/{id}',
      'DELETE /api/links',
      'GET /api/agents/{id}/breaker',
      'POST /api/agents/{id}/breaker/reset',
      'GET /api/janitor',
      'POST /api/janitor/run',
      'DELETE /api/agents/{id}/wakes/dead',
      'GET /api/agents/{id}/wakes/dead',
      'GET /api/wakes/dead',
      'POST /api/agents/{id}/wakes/dead/revive',
      'DELETE /api/links/{from}/{to}',
      'GET /api/links',
      'POST /api/agents/{id}/messages',
      'POST /api/links',
      'DELETE /api/memories/{id}',
      'GET /api/agents/{id}/bulletin',
      'GET /api/agents/{id}/memories',
      'GET /api/agents/{id}/memories/search',
      'GET /api/memories/{id}',
      'PATCH /api/memories/{id}',
      'POST /api/agents/{id}/memories',
      'DELETE /api/secrets/{name}',
      'GET /api/agents',
      'GET /api/agents/{id}',
      'GET /api/agents/{id}/cron',
      'GET /api/agents/{id}/secrets',
      'GET /api/agents/{id}/secrets/{name}',
      'GET /api/agents/{id}/tasks',
      'GET /api/cron/{id}',
      'GET /api/cron/{id}/firings',
      'GET /api/escalations',
      'GET /api/events',
      'GET /api/openapi.json',
      'GET /api/runs/{id}',
      'GET /api/runs/{id}/screenshot',
      'DELETE /api/tokens/{id}',
      'DELETE /api/webhooks/{id}',
      'GET /api/webhooks',
      'DELETE /api/agents/{id}/hooks/{hookId}',
      'GET /api/agents/{id}/hooks',
      'POST /api/agents/{id}/hooks',
      'POST /hooks/{token}',
      'POST /api/webhooks',
      'GET /api/secrets',
      'GET /api/secrets/status',
      'GET /api/tokens',
      'GET /api/secrets/{name}',
      'GET /api/tasks/{id}',
      'GET /api/tasks/{id}/runs',
      'GET /healthz',
      'GET /metrics',
      'GET /readyz',
      'PATCH /api/agents/{id}',
      'PATCH /api/cron/{id}',
      'POST /api/agents',
      'POST /api/agents/{id}/cron',
      'POST /api/agents/{id}/tasks',
      'POST /api/agents/{id}/wake',
      'POST /api/cron/{id}/run',
      'POST /api/secrets/encrypt',
      'POST /api/secrets/export',
      'POST /api/secrets/import',
      'POST /api/secrets/lock',
      'POST /api/secrets/rotate',
      'POST /api/secrets/unlock',
      'POST /api/secrets/verify',
      'POST /api/tokens',
      'POST /api/tasks/{id}/approve',
      'POST /api/tasks/{id}/cancel',
      'POST /api/tasks/{id}/resolve',
      'POST /api/tasks/{id}/retry',
      'PUT /api/agents/{id}/secrets/{name}',
      'PUT /api/secrets/{name}',
    ])
      expect(names).toContain(name)
  })

  test('says of each operation what it does, where it belongs and who may', () => {
    for (const { name, path, operation } of operations) {
      const isPublic = !path.startsWith('/api/') || path === '/api/openapi.json'
      const { summary, tags, security, responses } = operation
      expect({ name, summary, tags, security, is401: '401' in responses }).toEqual({
        name,
        summary: expect.stringMatching(/\S/),
        tags: [expect.any(String)],
        security: isPublic ? [] : [{ bearer: [] }],
        is401: !isPublic,
      })
    }
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length)
    expect(document.components.securitySchemes.bearer).toEqual({ type: 'http', scheme: 'bearer' })
  })

  test('names its schemas', () => {
    const names = Object.keys(document.components.schemas)
    expect(names.filter((name) => !/^[A-Z]\w+$/.test(name))).toEqual([])
    expect(document.components.schemas.NewCronJob.properties.schedule).toEqual({
      $ref: '#/components/schemas/Schedule',
    })
    expect(Object.keys(document.components.schemas.Schedule.anyOf[0].properties)).toEqual(['cron', 'timeZone'])
    const references = JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)
    expect(Array.from(references, ([, name]) => name).filter((name) => !names.includes(name ?? ''))).toEqual([])
  })

  test('says of each operation which parameters it takes', () => {
    const parametersOf = (wanted: string): string[] =>
      (operations.find(({ name }) => name === wanted)?.operation.parameters ?? []).map(
        (parameter: { in: string; name: string }) => `${parameter.in} ${parameter.name}`,
      )
    for (const { name, path, operation } of operations) {
      const inPath = (operation.parameters ?? []).filter((parameter: { in: string }) => parameter.in === 'path')
      expect({ name, inPath }).toMatchObject({
        name,
        inPath: [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => ({ name: parameter, required: true })),
      })
    }
    expect(parametersOf('GET /api/agents')).toEqual(['query limit', 'query cursor', 'query mode'])
    expect(parametersOf('GET /api/events')).toEqual(['query agentId', 'header Last-Event-ID'])
    expect(parametersOf('POST /api/agents')).toEqual(['header Idempotency-Key'])
    expect(parametersOf('POST /api/agents/{id}/tasks')).toEqual(['path id', 'header Idempotency-Key'])
  })

  test('says of each body what it holds, and where none is needed', () => {
    const bodies = operations.filter(({ operation }) => operation.requestBody !== undefined)
    for (const { operation } of bodies) expect(Object.keys(operation.requestBody.content)).toEqual(['application/json'])
    const optional = bodies.filter(({ operation }) => operation.requestBody.required !== true).map(({ name }) => name)
    expect(optional.toSorted()).toEqual([
      'DELETE /api/links',
      'POST /api/agents/{id}/wake',
      'POST /api/secrets/encrypt',
      'POST /api/secrets/export',
      'POST /api/secrets/rotate',
      'POST /api/tasks/{id}/cancel',
    ])
  })

  test('speaks the JSON Schema of its version: no tuple of the old kind', () => {
    const text = JSON.stringify(document)
    expect(text).toContain('"prefixItems"')
    expect(text).not.toContain('"items":[{')
    expect(text).not.toContain('"additionalItems"')
  })

  test('tells every problem as RFC 9457', () => {
    const problems = operations.flatMap(({ name, operation }) =>
      Object.entries<Document>(operation.responses)
        .filter(([status]) => Number(status) >= 400 && `${name} ${status}` !== 'GET /readyz 503')
        .map(([status, { description, content }]) => ({ name, status, description, content })),
    )
    expect(problems.length).toBeGreaterThan(100)
    for (const problem of problems) {
      expect(problem).toMatchObject({
        description: expect.stringMatching(/^`[a-z-]+`: \S/),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      })
    }
  })

  test('names nothing that it does not hold', () => {
    const names = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)]
    expect(names.length).toBeGreaterThan(20)
    for (const [, name = ''] of names) expect(document.components.schemas).toHaveProperty([name])
    expect(JSON.stringify(document)).not.toContain('#/$defs')
  })
})
