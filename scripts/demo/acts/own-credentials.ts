import { where } from '../checks.ts'
import { AGENT_IDS, fingerprint, leaksIn } from '../credentials.ts'
import { HOST_VARIABLE, type Stage } from '../stage.ts'
import { giveTask, runEnds } from '../tasks.ts'

/** Prints the environment, proof of what was in it, and a token in disguise. */
const SHELL = `env | sort
printf 'proof of the token: %s\\n' "$(printf %s "$GH_TOKEN" | sha256sum | cut -d ' ' -f 1)"
printf 'proof of the shared key: %s\\n' "$(printf %s "$SEARCH_KEY" | sha256sum | cut -d ' ' -f 1)"
printf 'in base64: %s\\n' "$(printf %s "$GH_TOKEN" | base64 | tr -d '\\n')"`

/** Each agent's command gets its own credentials, and none of them comes out. */
export async function printEnvironments({ checks, backend, credentials }: Stage): Promise<void> {
  const worker = { type: 'command', shell: SHELL }
  const given = await Promise.all(
    AGENT_IDS.map(async (id) => ({
      id,
      taskId: await giveTask(backend, id, { title: 'Print the environment', worker }),
    })),
  )
  for (const { id, taskId } of given) {
    const task = await runEnds(backend, taskId)
    const lines = (task.outcome?.result ?? '').split('\n')
    const names = lines.map((line) => line.split('=', 1)[0])
    const proofs = lines.filter((line) => line.startsWith('proof'))
    checks.check(`${id}’s command succeeded`, task, { status: 'done', outcome: { type: 'success' }, attempts: 1 })
    checks.check(`${id} got its own token, and the shared key`, proofs, [
      `proof of the token: ${fingerprint(credentials.tokens[id])}`,
      `proof of the shared key: ${fingerprint(credentials.shared)}`,
    ])
    const redacted = lines.filter((line) => /^(?:GH_TOKEN=|SEARCH_KEY=|in base64)/.test(line))
    checks.check(`${id}’s output has them redacted, in base64 too`, redacted, [
      /^GH_TOKEN=\[REDACTED/,
      /^SEARCH_KEY=\[REDACTED/,
      /^in base64: \[REDACTED/,
    ])
    const foreign = names.filter((name) => name === 'MODEL_KEY' || name === HOST_VARIABLE)
    checks.check(`${id} got neither the system secret nor anything of the server’s environment`, foreign, [])
  }
  const { answers, events, logs } = backend.told
  checks.check('no value stands in any answer of the server', leaksIn(credentials, answers), [])
  checks.check('no value stands in any event', leaksIn(credentials, events), [])
  checks.check('no value stands in any log line', leaksIn(credentials, logs), [])
  checks.check(
    'of which there are some',
    logs.trimEnd().split('\n').length,
    where('over 10', (lines) => Number(lines) > 10),
  )
}
