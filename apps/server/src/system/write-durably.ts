import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Writes a file of mode 0600 whole or not at all; on disk when it resolves. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const fresh = `${path}.new`
  const file = await open(fresh, 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(fresh, path)
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
