import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testFolder } from '../../test/support.ts'
import { initScript, startScript } from './start-script.ts'

test.for([
  ['in a namespace', initScript],
  ['without one', startScript],
] as const)(
  // A host killed while bwrap was starting left its command running for good: the signal tied to its death came too late.
  'does not begin a command %s when the host died before it could be tied to it',
  async ([, script]) => {
    await using folder = await testFolder()
    const order = {
      argv: [],
      workspace: folder.path,
      isolateNetwork: false,
      deniedPaths: [],
      readOnlyPaths: [],
    }
    const begun = join(folder.path, 'begun')
    // The first process of a namespace is spared SIGPIPE.
    const line = `trap '' PIPE\nread gone\n${script(order)}`
    const child = spawn('/bin/sh', ['-c', line, 'sh', 'touch', begun], { stdio: ['pipe', 'ignore', 'ignore', 'pipe'] })
    const status = child.stdio[3]
    status?.destroy()
    await once(status!, 'close')
    child.stdin?.end('\n')
    await once(child, 'exit')
    await expect(access(begun)).rejects.toThrow('ENOENT')
  },
)
