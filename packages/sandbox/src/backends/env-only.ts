import type { Backend } from './backend.ts'
import { startScript } from './start-script.ts'

/** No containment but the clean environment, the covered descriptors and the own process group. */
export function envOnly(): Backend {
  return {
    name: 'env-only',
    hasNamespaces: false,
    hasOwnFilesystem: false,
    hasOwnTemporaryFolder: false,
    launch(order) {
      // RLIMIT_NPROC would count everything the user runs on this host.
      const script = startScript({ ...order, processes: undefined })
      return { file: '/bin/sh', args: ['-c', script, 'sh', ...order.argv], inputs: [] }
    },
  }
}
