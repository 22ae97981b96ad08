import { AGENT_IDS } from '../credentials.ts'
import type { Stage } from '../stage.ts'
import type { AgentView, Page, SecretView } from '../views.ts'

/** Makes the tenants and gives out the secrets. */
export async function makeAgents({ checks, backend, credentials }: Stage): Promise<void> {
  for (const id of AGENT_IDS) {
    const made = await backend.post<AgentView>('/api/agents', { id })
    checks.check(`${id} is made, and sleeps`, made, { status: 201, body: { id, mode: 'dormant' } })
    const value = credentials.tokens[id]
    const put = await backend.put<SecretView>(`/api/agents/${id}/secrets/GH_TOKEN`, { value })
    const scope = { type: 'agent', agentId: id }
    checks.check(`${id} has a GH_TOKEN of its own`, put, { status: 201, body: { scope, category: 'tool' } })
  }

  const shared = await backend.put('/api/secrets/SEARCH_KEY', { value: credentials.shared, category: 'tool' })
  const forAll = { scope: { type: 'instance-shared' }, category: 'tool' }
  checks.check('SEARCH_KEY is a tool secret that all agents share', shared, { status: 201, body: forAll })
  const system = await backend.put('/api/secrets/MODEL_KEY', { value: credentials.system, category: 'system' })
  const forHost = { scope: { type: 'instance-shared' }, category: 'system' }
  checks.check('MODEL_KEY is a system secret, for the server alone', system, { status: 201, body: forHost })

  for (const id of AGENT_IDS) {
    const { body } = await backend.get<Page<SecretView>>(`/api/agents/${id}/secrets?effective=true`)
    const given = body.items.filter(({ available }) => available).map(({ name }) => name)
    checks.check(`${id}’s commands will get GH_TOKEN and SEARCH_KEY`, given.toSorted(), ['GH_TOKEN', 'SEARCH_KEY'])
  }
}
