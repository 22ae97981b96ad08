import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkedEnvironment, environmentOf } from './environment.ts'
import { refusedNames } from './refused-names.ts'

const base = { workspace: '/srv/a', temporaryFolder: '/tmp', searchPaths: ['/opt/tool/bin'] }

test('P1 builds an environment that inherits nothing', () => {
  const environment = environmentOf(base, { TOKEN: 'x' })
  expect(Object.getPrototypeOf(environment)).toBeNull()
  expect(environment['PATH']).toBe('/opt/tool/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')
})

test('takes only own variables, whatever they are called', () => {
  const given = Object.assign(Object.create({ INHERITED: 'x' }) as Record<string, string>, {
    constructor: 'c',
    toString: 't',
  })
  Object.defineProperty(given, '__proto__', { value: 'p', enumerable: true })
  expect({ ...checkedEnvironment(given) }).toEqual(
    Object.fromEntries([
      ['constructor', 'c'],
      ['toString', 't'],
      ['__proto__', 'p'],
    ]),
  )
})

describe('P20 refuses, by name and without the value,', () => {
  const illegal = ['', 'A=B', 'PATH=/evil', 'A\0B', 'A B', 'A\nB', '1A', 'É', 'A-B', 'x'.repeat(129), '\uD800']
  const dangerous = [
    'LD_PRELOAD',
    'ld_library_path',
    'DYLD_INSERT_LIBRARIES',
    'NODE_OPTIONS',
    'Node_Options',
    'BASH_ENV',
    'ENV',
    'BASH_FUNC_ls',
    'GIT_CONFIG_COUNT',
    'GIT_CONFIG',
  ]
  const further = [
    'PYTHONSTARTUP',
    'PERL5OPT',
    'RUBYOPT',
    'NPM_CONFIG_registry',
    'LIBMOUNT_FSTAB',
    'IFS',
    'NODE_V8_COVERAGE',
    'JAVA_TOOL_OPTIONS',
  ]
  const own = ['PATH', 'Path', 'HOME', 'PWD', 'TMPDIR', 'LANG', 'TERM', 'CI']
  test.for([...illegal, ...dangerous, ...further, ...own])('the name %j', (name) => {
    expect(() => checkedEnvironment({ [name]: 'CANARY' })).toThrow(
      expect.objectContaining({
        code: 'SANDBOX_ENV_REFUSED',
        message: expect.not.stringContaining('CANARY') as string,
      }) as Error,
    )
  })

  test.for<[string, unknown]>([
    ['that is not text', 7],
    ['with a NUL', 'CANARY\0'],
    ['of more than 64 KiB', 'CANARY'.padEnd(65_537)],
    ['of more than 64 KiB in UTF-8', 'é'.repeat(32_769)],
  ])('a value %s', ([, value]) => {
    expect(() => checkedEnvironment({ TOKEN: value as string })).toThrow(
      expect.objectContaining({
        code: 'SANDBOX_ENV_REFUSED',
        message: expect.stringMatching(/^(?!.*CANARY).*TOKEN/) as string,
      }) as Error,
    )
  })

  test('more than 320 KiB in all', () => {
    const five = Object.fromEntries([1, 2, 3, 4, 5].map((index) => [`V${index}`, 'x'.repeat(65_536)]))
    expect(() => checkedEnvironment(five)).toThrow('327680')
  })
})

test('P1 never lets a refused name through, in any case of letters', () => {
  const anyCase = (name: string): fc.Arbitrary<string> => fc.mixedCase(fc.constant(name))
  fc.assert(
    fc.property(fc.constantFrom(...refusedNames).chain(anyCase), (name) => {
      expect(() => checkedEnvironment({ [name]: 'x' })).toThrow('foreign code')
    }),
  )
})
