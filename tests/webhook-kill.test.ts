import { expect, onTestFailed, test } from 'vitest'
import { isSignedBy, openReceiver } from '../packages/webhooks/test/receiver.ts'
import { createRandom } from './kill-story/random.ts'
import { makeDataDir, spawnServer } from './server-process.ts'

const ROUNDS = Number(process.env['WEBHOOK_KILL_ROUNDS'] ?? 4)
const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000)

test(
  'a webhook is told every event, in order and verifiably, of a server that is killed again and again while its receiver comes and goes',
  { timeout: 60_000 + ROUNDS * 20_000 },
  async () => {
    onTestFailed(() => void process.stderr.write(`repeat with KILL_SEED=${SEED} WEBHOOK_KILL_ROUNDS=${ROUNDS}\n`))
    const random = createRandom(SEED)
    await using folder = await makeDataDir()
    let secret = ''
    let isUp = true
    /** The ids of the agents whose making it was told of and said so, in that order. */
    const taken: string[] = []
    await using receiver = await openReceiver((message) => {
      if (!isUp || !isSignedBy(secret, message)) return 503
      taken.push((JSON.parse(message.body) as Told).data.agent.id)
      return 204
    })
    const start = () => spawnServer({ dataDir: folder.path, env: { AGENTIC_WEBHOOK_PRIVATE_HOSTS: receiver.host } })

    const made: string[] = []
    for (let round = 0; round < ROUNDS; round++) {
      await using server = start()
      const api = await server.api
      if (round === 0) secret = (await api.post('/api/webhooks', { url: receiver.url })).body.secret
      // Down at the end of each round but the last, so that something waits when it is killed.
      for (let n = 0; n < 10; n++) {
        isUp = n < 5 || random.next() < 0.5
        const id = `a-${round}-${n}`
        expect((await api.post('/api/agents', { id })).status).toBe(201)
        made.push(id)
      }
      isUp = round % 2 === 1
      await server.end('SIGKILL')
    }
    isUp = true
    await using last = start()
    await last.api
    const firsts = () => taken.filter((id, index) => taken.indexOf(id) === index)
    await expect.poll(firsts, { timeout: 30_000 }).toEqual(made)
  },
)

interface Told {
  readonly data: { readonly agent: { readonly id: string } }
}
