// Run as a process or a thread of its own: opens a folder and says what came of it.
import { openSync } from 'node:fs'
import { openSecretStore } from './adapters/level.ts'

function useAllDescriptors(): void {
  try {
    for (;;) openSync('/dev/null', 'r')
  } catch {
    // EMFILE: none is left.
  }
}

const [location = ''] = process.argv.slice(2)
try {
  if (process.env['USE_ALL_DESCRIPTORS'] !== undefined) useAllDescriptors()
  const secrets = await openSecretStore(location)
  process.stdout.write(`opened ${(await secrets.status()).state}`)
  await secrets.close()
} catch (error) {
  process.stdout.write(String((error as { code?: unknown }).code))
}
