import { type SecretScope, SecretsError } from '@agentic/secrets'
import type { Hono } from 'hono'
import * as v from 'valibot'
import { actorOf, type Caller, type ServerEnv } from '../http/caller.ts'
import { type Answer, endpoint } from '../http/endpoint.ts'
import { found, notFound } from '../http/found.ts'
import { pageOf, pageQuery, readCursor, writeCursor, wrongCursor } from '../http/page.ts'
import { invalidInput } from '../http/problem.ts'
import type { AppPorts } from '../ports.ts'
import { agentParams } from '../schemas/agent.ts'
import {
  effectiveSecretView,
  type PutSecret,
  putSecretBody,
  readPutOptions,
  secretView,
  unreadableSecretView,
  viewEffectiveSecret,
  viewSecret,
  viewSecretPage,
} from '../schemas/secret.ts'

const SHARED: SecretScope = { type: 'instance-shared' }
const sharedParams = v.object({ name: v.string() })
const ownParams = v.object({ id: v.string(), name: v.string() })
const ownListQuery = v.object({
  ...pageQuery,
  effective: v.optional(v.picklist(['true', 'false'], 'must be true or false')),
})

/** Shared secrets of these names could not be read: the routes of the store answer there. */
const ROUTE_NAMES = ['status', 'audit']

const listedSecret = v.union([secretView, unreadableSecretView])

const PUT_PROBLEMS = ['unreadable', 'locked', 'version-conflict'] as const

const putAnswers = {
  200: { description: 'It was replaced', schema: secretView },
  201: { description: 'It was made', schema: secretView },
} as const

export function secretRoutes(app: Hono<ServerEnv>, ports: AppPorts): void {
  sharedSecretRoutes(app, ports)
  agentSecretRoutes(app, ports)
}

function sharedSecretRoutes(app: Hono<ServerEnv>, { secrets }: AppPorts): void {
  const tag = 'Shared secrets'
  const path = '/api/secrets/{name}'

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/secrets',
      tag,
      summary: 'List the secrets of the instance, by name',
      query: v.object(pageQuery),
      answers: { 200: { description: 'A page of secrets, without values', schema: pageOf(listedSecret) } },
      problems: ['unreadable'],
    },
    async ({ query }) => listSecrets(secrets, SHARED, query),
  )

  endpoint(
    app,
    {
      method: 'put',
      path,
      tag,
      summary: 'Make or replace a secret of the instance',
      params: sharedParams,
      body: putSecretBody,
      answers: putAnswers,
      problems: PUT_PROBLEMS,
    },
    async ({ params, body, caller }) => {
      if (ROUTE_NAMES.includes(params.name)) {
        throw invalidInput([{ field: 'name', message: 'is that of a route of this API: choose another' }])
      }
      return putSecret(secrets, SHARED, params.name, body, caller)
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path,
      tag,
      summary: 'Read what is known of a secret of the instance, its value never',
      params: sharedParams,
      answers: { 200: { description: 'The secret, without its value', schema: secretView } },
      problems: ['not-found', 'unreadable'],
    },
    async ({ params }) => readSecret(secrets, SHARED, params.name),
  )

  endpoint(
    app,
    {
      method: 'delete',
      path,
      tag,
      summary: 'Delete a secret of the instance',
      params: sharedParams,
      answers: { 204: { description: 'It is gone' } },
      problems: ['not-found', 'unreadable', 'locked'],
    },
    async ({ params, caller }) => deleteSecret(secrets, SHARED, params.name, caller),
  )
}

function agentSecretRoutes(app: Hono<ServerEnv>, { secrets, agents, lifecycle }: AppPorts): void {
  const tag = 'Agent secrets'
  const path = '/api/agents/{id}/secrets/{name}'
  const scopeOf = (agentId: string): SecretScope => ({ type: 'agent', agentId })
  const requireAgent = async (agentId: string): Promise<void> =>
    void found(await agents.get(agentId), `agent ${agentId}`)

  endpoint(
    app,
    {
      method: 'get',
      path: '/api/agents/{id}/secrets',
      tag,
      access: 'agent',
      summary: 'List an agent’s own secrets; with effective=true all that its workers get, the shared ones too',
      params: agentParams,
      query: ownListQuery,
      answers: {
        200: {
          description: 'Secrets, without values',
          schema: v.union([pageOf(listedSecret), pageOf(effectiveSecretView)]),
        },
      },
      problems: ['not-found', 'unreadable'],
    },
    async ({ params, query }) => {
      await requireAgent(params.id)
      if (query.effective !== 'true') return listSecrets(secrets, scopeOf(params.id), query)
      const all = await secrets.effective(params.id)
      return { status: 200, body: { items: all.map(viewEffectiveSecret) } }
    },
  )

  endpoint(
    app,
    {
      method: 'put',
      path,
      tag,
      access: 'agent',
      summary: 'Make or replace a secret of an agent',
      params: ownParams,
      body: putSecretBody,
      answers: putAnswers,
      problems: ['not-found', ...PUT_PROBLEMS],
    },
    async ({ params, body, caller }) => {
      const put = () => putSecret(secrets, scopeOf(params.id), params.name, body, caller)
      return found(await lifecycle.withAgent(params.id, put), `agent ${params.id}`)
    },
  )

  endpoint(
    app,
    {
      method: 'get',
      path,
      tag,
      access: 'agent',
      summary: 'Read what is known of a secret of an agent, its value never',
      params: ownParams,
      answers: { 200: { description: 'The secret, without its value', schema: secretView } },
      problems: ['not-found', 'unreadable'],
    },
    async ({ params }) => {
      await requireAgent(params.id)
      return readSecret(secrets, scopeOf(params.id), params.name)
    },
  )

  endpoint(
    app,
    {
      method: 'delete',
      path,
      tag,
      access: 'agent',
      summary: 'Delete a secret of an agent',
      params: ownParams,
      answers: { 204: { description: 'It is gone' } },
      problems: ['not-found', 'unreadable', 'locked'],
    },
    async ({ params, caller }) => {
      await requireAgent(params.id)
      return deleteSecret(secrets, scopeOf(params.id), params.name, caller)
    },
  )
}

type Secrets = AppPorts['secrets']

async function listSecrets(
  secrets: Secrets,
  scope: SecretScope,
  query: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Answer<200>> {
  const page = await secrets.list(scope, { limit: query.limit, after: readCursor(query.cursor) }).catch((error) => {
    // The limit was found good before: it is the name that a wrong cursor stands for.
    throw error instanceof SecretsError && error.code === 'SECRETS_INVALID' ? wrongCursor() : error
  })
  return { status: 200, body: { items: viewSecretPage(scope, page), nextCursor: writeCursor(page.next) } }
}

async function putSecret(
  secrets: Secrets,
  scope: SecretScope,
  name: string,
  body: PutSecret,
  caller: Caller,
): Promise<Answer<200 | 201>> {
  const options = { ...readPutOptions(body), actor: actorOf(caller) }
  const { secret, created } = await secrets.put(scope, name, body.value, options)
  return { status: created ? 201 : 200, body: viewSecret(secret) }
}

async function readSecret(secrets: Secrets, scope: SecretScope, name: string): Promise<Answer<200>> {
  return { status: 200, body: viewSecret(found(await secrets.info(scope, name), `secret ${name} here`)) }
}

async function deleteSecret(secrets: Secrets, scope: SecretScope, name: string, caller: Caller): Promise<Answer<204>> {
  if (!(await secrets.delete(scope, name, { actor: actorOf(caller) }))) throw notFound(`secret ${name} here`)
  return { status: 204 }
}
