import { readdir, readFile } from 'node:fs/promises'

/** What the host sees of a process. Lists are as the kernel has them: one item ends in a zero byte. */
export interface HostProcess {
  readonly id: number
  readonly cmdline: string
  readonly environ: string
}

/** All processes of this machine; what may not be read of one is empty. */
export async function listProcesses(): Promise<readonly HostProcess[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  return Promise.all(
    ids.map(async (id) => ({ id: Number(id), cmdline: await read(id, 'cmdline'), environ: await read(id, 'environ') })),
  )
}

/** The processes that have a text in their command line or their environment. */
export async function processesWith(text: string): Promise<readonly HostProcess[]> {
  const all = await listProcesses()
  return all.filter(({ cmdline, environ }) => cmdline.includes(text) || environ.includes(text))
}

function read(id: string, name: 'cmdline' | 'environ'): Promise<string> {
  return readFile(`/proc/${id}/${name}`, 'latin1').catch(() => '')
}
