/**
 * A script that becomes Chromium. It first notes its process id in the folder, so that Chromium can be killed from its
 * first moment, and lets go of every descriptor but Playwright's five: some that this process holds are not
 * close-on-exec, a database's for one.
 *
 * It is all one function, which a shell reads whole before it closes the script as well. A shell that cannot name a
 * descriptor above 9 (dash) fails here, and with it the start.
 */
export function startScript(shell: string, executablePath: string, folder: string): string {
  return `#!${shell}
start() {
  cd ${quoted(folder)} || exit 1
  echo $$ > pid
  for path in /dev/fd/* /proc/self/fd/*; do
    fd=\${path##*/}
    case $fd in
      [0-4] | *[!0-9]*) ;;
      *) eval "exec $fd>&-" ;;
    esac
  done
  exec ${quoted(executablePath)} "$@"
}
start "$@"
`
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
