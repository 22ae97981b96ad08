import process from 'node:process'
import { createSandbox, type SandboxBackend } from '@agentic/sandbox'

/** Runs a command that outlives every test, says when it is up, and is killed by the test that started it. */
const [backend, workspace, canary] = process.argv.slice(2) as [SandboxBackend, string, string]
const sandbox = await createSandbox({ backends: [backend] })
await sandbox.run(
  { type: 'shell', line: 'setsid sleep 600 & echo up; trap "" TERM; sleep 600; sleep 600' },
  { env: { CANARY: canary }, workspace, onOutput: ({ bytes }) => process.stdout.write(bytes) },
)
