import type { Backend } from './backend.ts'
import { initScript } from './start-script.ts'

/**
 * Namespaces made with util-linux alone. Two user namespaces, one in the other: in the outer, as its root, we hide what
 * is denied; in the inner the command is nobody, without the right to undo that.
 *
 * unshare(1) kills its child when it dies itself, and setpriv(1) has it die with our process.
 */
export function unshare(programs: { readonly unshare: string; readonly setpriv: string }): Backend {
  return {
    name: 'unshare',
    hasNamespaces: true,
    hasOwnFilesystem: false,
    hasOwnTemporaryFolder: true,
    launch(order) {
      const namespaces = [
        '--user',
        '--map-root-user',
        '--mount',
        '--mount-proc',
        '--pid',
        '--fork',
        '--kill-child',
        '--ipc',
        '--uts',
      ]
      if (order.isolateNetwork) namespaces.push('--net')
      const inner = [
        programs.unshare,
        '--user',
        '--map-user=65534',
        '--map-group=65534',
        '--',
        programs.setpriv,
        '--no-new-privs',
      ]
      return {
        file: programs.setpriv,
        args: [
          '--pdeathsig',
          'KILL',
          '--',
          programs.unshare,
          ...namespaces,
          '--',
          '/bin/sh',
          '-c',
          prepareScript(order.isolateNetwork),
          'sh',
          order.workspace,
          ...order.deniedPaths,
          '--',
          ...inner,
          '--',
          '/bin/sh',
          '-c',
          initScript(order),
          'sh',
          ...order.argv,
        ],
        inputs: [],
      }
    },
  }
}

/**
 * Hides the paths before `--` and `/tmp`, brings back the workspace, which comes first, where that lay in one of them,
 * then becomes what comes after `--`. A descriptor holds the workspace meanwhile: `mount -c` takes it from there as it is.
 * Limiting user namespaces to the one still needed, and bringing up the own loopback, are done where the host lets us.
 * Its programs are never looked up where a command may write.
 */
function prepareScript(isolateNetwork: boolean): string {
  return `set -e
search=$PATH PATH=/usr/sbin:/usr/bin:/sbin:/bin
workspace=$1
shift
exec 9<"$workspace"
bring_back() {
  case $workspace/ in
    "$1"/*) mkdir -p "$workspace" && mount -c --bind /proc/self/fd/9 "$workspace" ;;
  esac
}
mount -t tmpfs -o mode=1777 tmp /tmp
bring_back /tmp
while [ "$1" != -- ]; do
  if [ -d "$1" ]; then
    mount -t tmpfs -o mode=0755 hidden "$1"
    bring_back "$1"
    mount -o remount,ro "$1"
  elif [ -e "$1" ]; then mount --bind /dev/null "$1"
  fi
  shift
done
shift
cd "$workspace"
unset OLDPWD
exec 9<&-
(echo 1 >/proc/sys/user/max_user_namespaces) 2>/dev/null || :
${isolateNetwork ? '(ip link set lo up) 2>/dev/null || :\n' : ''}PATH=$search
exec "$@"`
}
