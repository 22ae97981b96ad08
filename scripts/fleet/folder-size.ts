import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** What the files in a folder take on the disk, in bytes. */
export async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(
    files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).blocks),
  )
  return sizes.reduce((sum, blocks) => sum + blocks * 512, 0)
}
