import { describe, expect, test } from 'vitest'
import { envNameProblem } from './env-policy.ts'

const typeOf = (name: string) => envNameProblem(name)?.type

describe('defect h: the name of an environment variable', () => {
  test.for([
    'GH_TOKEN',
    '_X',
    'A',
    'NPM_TOKEN',
    'NODE_AUTH_TOKEN',
    'AWS_SECRET_ACCESS_KEY',
    'DATABASE_URL',
    'GIT_TOKEN',
    'PGPASSWORD',
    'X'.repeat(128),
  ])('is fine: %s', (name) => expect(typeOf(name)).toBeUndefined())

  test.for([
    '',
    '1A',
    'A-B',
    'A.B',
    'A=B',
    'A\0',
    'A B',
    'A\n',
    'É',
    'X'.repeat(129),
    'PATH',
    'path',
    'Path',
    'HOME',
    'PWD',
    'TMPDIR',
    'IFS',
    '_',
    'AGENTIC_ADMIN_TOKEN',
    'agentic_x',
    'toJSON',
  ])('is refused: %j', (name) => expect(typeOf(name)).toBe('refused'))

  test.for([
    'LD_PRELOAD',
    'LD_LIBRARY_PATH',
    'Ld_Preload',
    'DYLD_INSERT_LIBRARIES',
    'NODE_OPTIONS',
    'node_options',
    'BASH_ENV',
    'ENV',
    'BASH_FUNC_ls',
    'GIT_CONFIG_COUNT',
    'GIT_CONFIG_KEY_0',
    'GIT_SSH_COMMAND',
    'PYTHONPATH',
    'PYTHONSTARTUP',
    'PERL5OPT',
    'RUBYOPT',
    'JAVA_TOOL_OPTIONS',
    'HTTPS_PROXY',
    'https_proxy',
    'SSL_CERT_FILE',
    'NODE_EXTRA_CA_CERTS',
    'NPM_CONFIG_REGISTRY',
    'npm_config_registry',
    'PS4',
    'PROMPT_COMMAND',
    'LESSOPEN',
    'GLIBC_TUNABLES',
    'SSLKEYLOGFILE',
    'lower_case',
    'Mixed',
  ])('is unsafe: %s', (name) => expect(typeOf(name)).toBe('unsafe'))
})
