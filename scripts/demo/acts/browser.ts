import { isSignedBy } from '../../../packages/webhooks/test/receiver.ts'
import { where } from '../checks.ts'
import type { Stage } from '../stage.ts'
import { giveTask, runEnds } from '../tasks.ts'
import type { EvidenceView, TaskView } from '../views.ts'
import { bounded } from '../waiting.ts'

const PNG_SIGNATURE = '89504e470d0a1a0a'
const TOLD_TYPES = 'escalation-opened,escalation-opened,run-ended,run-ended,run-ended,run-ended'
const isFilled = where('at least one', (list) => Array.isArray(list) && list.length > 0)

/** Opens pages in a real browser: one that shows itself, two that do not, and one that may not be opened. A webhook is told. */
export async function visitPages(stage: Stage): Promise<void> {
  const { checks, backend, site } = stage
  const visit = (agentId: string, title: string, url: string): Promise<string> =>
    giveTask(backend, agentId, { title, worker: { type: 'function', name: 'browse' }, input: { url }, maxAttempts: 1 })

  const webhook = await backend.post<{ readonly secret: string }>('/api/webhooks', {
    url: stage.receiver.url,
    types: ['escalation-opened', 'run-ended'],
  })
  checks.check('a webhook is made, and tells its secret once', webhook, { status: 201, body: { secret: /^whsec_/ } })

  const catalogueId = await visit('acme', 'Read the catalogue', site.urlOf('/catalogue'))
  const ordersId = await visit('globex', 'Look at the orders', site.urlOf('/orders'))
  const ratesId = await visit('acme', 'Look up the rates', site.urlOf('/rates'))
  const privateId = await visit('globex', 'Visit the server itself', `${backend.url}/healthz`)

  const catalogue = await runEnds(backend, catalogueId)
  checks.check('an ordinary page is a success', catalogue, {
    status: 'done',
    outcome: { type: 'success', result: /^The catalogue\n[^]*Lamps and chairs/, data: { status: 200 } },
  })

  const orders = await runEnds(backend, ordersId)
  checks.check('a page that redirects to a login is blocked by a login wall', orders, {
    status: 'blocked',
    outcome: { type: 'blocked', block: { type: 'login-wall' }, url: site.urlOf('/orders') },
  })
  await checkEvidence(stage, 'login wall', orders, {
    finalUrl: where('the address of the login', startsWith(`http://${site.host}/login`)),
    status: 200,
    htmlSnippet: /password/,
    signals: isFilled,
  })

  const rates = await runEnds(backend, ratesId)
  checks.check('a page that is a captcha is blocked by it', rates, {
    status: 'blocked',
    outcome: { type: 'blocked', block: { type: 'captcha', provider: 'hcaptcha' }, url: site.urlOf('/rates') },
  })
  await checkEvidence(stage, 'captcha', rates, {
    finalUrl: site.urlOf('/rates'),
    status: 403,
    htmlSnippet: /verify that you are human/,
    signals: isFilled,
  })

  checks.check('a private address that nobody allowed is refused', await runEnds(backend, privateId), {
    status: 'failed',
    outcome: { type: 'failed', code: 'ADDRESS_REFUSED', retryable: false },
  })
  await checkReceived(stage, webhook.body.secret, orders)
}

async function checkReceived({ checks, receiver }: Stage, secret: string, orders: TaskView): Promise<void> {
  const received = await bounded('what four runs and two escalations are told as', receiver.count(6))
  checks.check(
    'the webhook’s receiver was told of four ends and two escalations, each signed with that secret',
    received.filter((message) => isSignedBy(secret, message)).map(({ body }) => JSON.parse(body).type),
    where('four and two', (types) => Array.isArray(types) && types.map(String).toSorted().join() === TOLD_TYPES),
  )
  const told = received.map(({ body }) => JSON.parse(body)).find(({ data }) => data.run?.taskId === orders.id)
  checks.check('with the evidence of what stopped them', told, {
    agentId: 'globex',
    data: { run: { outcome: { type: 'blocked', evidence: { screenshot: orders.outcome?.evidence?.screenshot } } } },
  })
}

async function checkEvidence(
  { checks, backend }: Stage,
  block: string,
  task: TaskView,
  expected: object,
): Promise<void> {
  const evidence: EvidenceView | undefined = task.outcome?.evidence
  checks.check(`the ${block}’s evidence has final address, status, snippet and signals`, evidence, expected)
  for (const signal of evidence?.signals ?? []) checks.note(signal)
  const picture = await backend.getBytes(evidence?.screenshot ?? `/api/runs/${task.id}/screenshot`)
  const bytes = Buffer.from(picture.body)
  checks.check(
    `the ${block}’s screenshot is a PNG`,
    { status: picture.status, type: picture.type, signature: bytes.toString('hex', 0, 8) },
    { status: 200, type: 'image/png', signature: PNG_SIGNATURE },
  )
}

function startsWith(start: string): (text: unknown) => boolean {
  return (text) => typeof text === 'string' && text.startsWith(start)
}
