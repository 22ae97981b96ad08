import { readdirSync, readFileSync } from 'node:fs'

/** Command lines and environments of the host's processes whose command line holds a text; Linux only. */
export function processesWith(text: string): { readonly commandLine: string; readonly environment: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => ({ commandLine: fileOf(pid, 'cmdline'), environment: fileOf(pid, 'environ') }))
    .filter(({ commandLine }) => commandLine.includes(text))
}

/** A process may be gone since the folder was read. */
function fileOf(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}
