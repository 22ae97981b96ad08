import { readlinkSync, statSync } from 'node:fs'
import { isWithin } from '../paths.ts'
import { type Backend, firstInputDescriptor, type Order } from './backend.ts'
import { initScript } from './start-script.ts'

/** Folders of the system, shown read-only. Where the host has a link, as /bin to usr/bin, the link is made. */
const systemFolders = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']

/** What programs need of /etc. Not its folders as a whole: they hold private keys. */
const configuration = [
  '/etc/alternatives',
  '/etc/fonts',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/localtime',
  '/etc/mime.types',
  '/etc/nsswitch.conf',
  '/etc/pki/ca-trust/extracted',
  '/etc/pki/tls/cert.pem',
  '/etc/pki/tls/certs',
  '/etc/services',
  '/etc/ssl/cert.pem',
  '/etc/ssl/certs',
  '/etc/ssl/openssl.cnf',
]
const networkConfiguration = ['/etc/hosts', '/etc/resolv.conf']

/**
 * A file system of our own making. bwrap gets its arguments on a descriptor, which no other process can read, and is
 * spawned with the command's environment: it keeps what it is spawned with readable in /proc/1/environ, whatever
 * `--clearenv` does (containers/bubblewrap#725).
 */
export function bubblewrap(program: string, features: { readonly disableUserNamespaces: boolean }): Backend {
  return {
    name: 'bubblewrap',
    hasNamespaces: true,
    hasOwnFilesystem: true,
    hasOwnTemporaryFolder: true,
    launch(order) {
      const files = madeFiles(order)
      const profile = [
        ...namespaces(order, features.disableUserNamespaces),
        ...systemFolders.flatMap(shown),
        ...(order.isolateNetwork ? configuration : [...configuration, ...networkConfiguration]).flatMap((path) => [
          '--ro-bind-try',
          path,
          path,
        ]),
        ...files.flatMap(({ path }, index) => ['--ro-bind-data', String(firstInputDescriptor + 1 + index), path]),
        '--proc',
        '/proc',
        '--dev',
        '/dev',
        '--tmpfs',
        '/tmp',
        '--tmpfs',
        '/var/tmp',
        ...order.readOnlyPaths.flatMap((path) => ['--ro-bind', path, path]),
        ...order.deniedPaths.flatMap(hidden),
        '--bind',
        order.workspace,
        order.workspace,
        ...order.deniedPaths.filter(isFolderInSight).flatMap((path) => ['--remount-ro', path]),
        '--remount-ro',
        '/',
        '--chdir',
        order.workspace,
      ]
      return {
        file: program,
        args: ['--args', String(firstInputDescriptor), '--', '/bin/sh', '-c', initScript(order), 'sh', ...order.argv],
        inputs: [profile.map((argument) => `${argument}\0`).join(''), ...files.map(({ content }) => content)],
      }
    },
  }
}

/** Our own first process instead of bwrap's: bwrap then ends after the whole namespace has, not before. */
function namespaces(order: Order, disableUserNamespaces: boolean): readonly string[] {
  return [
    '--unshare-user',
    '--unshare-all',
    ...(order.isolateNetwork ? [] : ['--share-net']),
    ...(disableUserNamespaces ? ['--disable-userns'] : []),
    '--uid',
    '65534',
    '--gid',
    '65534',
    '--cap-drop',
    'ALL',
    '--hostname',
    'sandbox',
    '--as-pid-1',
    '--die-with-parent',
    '--new-session',
  ]
}

/** Enough for `whoami`, `~` and `localhost` to work without the host's own lists. */
function madeFiles(order: Order): readonly { readonly path: string; readonly content: string }[] {
  const hosts = { path: '/etc/hosts', content: '127.0.0.1 localhost\n::1 localhost\n' }
  return [
    { path: '/etc/passwd', content: `worker:x:65534:65534::${order.workspace}:/bin/sh\n` },
    { path: '/etc/group', content: 'worker:x:65534:\n' },
    ...(order.isolateNetwork ? [hosts] : []),
  ]
}

function shown(folder: string): readonly string[] {
  const found = statSync(folder, { throwIfNoEntry: false })
  if (found === undefined) return []
  try {
    return ['--symlink', readlinkSync(folder), folder]
  } catch {
    return ['--ro-bind', folder, folder]
  }
}

/** A denied path can only be in sight below a system folder: read-only paths and the workspace never overlap one. */
function hidden(path: string): readonly string[] {
  if (isFolderInSight(path)) return ['--tmpfs', path]
  return isInSight(path) ? ['--ro-bind', '/dev/null', path] : []
}

function isFolderInSight(path: string): boolean {
  return isInSight(path) && statSync(path).isDirectory()
}

function isInSight(path: string): boolean {
  const isThere = statSync(path, { throwIfNoEntry: false }) !== undefined
  return isThere && systemFolders.some((folder) => isWithin(path, folder))
}
