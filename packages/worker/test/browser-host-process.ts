// A host that is to be killed: opens the page that its argument names and says so.
import { createBrowserHost } from '../src/browser/browser-host.ts'
import { createBrowserSession } from '../src/browser/browser-session.ts'

const { signal } = new AbortController()
const options = { agentId: 'a', runId: 'r', signal, killSignal: signal, allowPrivateAddresses: true }
const session = createBrowserSession(createBrowserHost(), options)
await session.turn(signal, async ({ current }) => {
  await current.page.goto(process.argv[2] ?? '', { waitUntil: 'commit' })
  process.stdout.write('open\n')
  await Promise.withResolvers().promise
})
