import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createPatternScrubber, createScrubber } from './scrubber.ts'
import { SECRET_PATTERNS, type SecretPattern, SHAPES } from './patterns.ts'

const named = createPatternScrubber({ marker: 'named' })

/** Letters and digits that look random. */
function random(length: number): string {
  const digest = (block: number) => createHash('sha512').update(`${length} ${block}`).digest('base64')
  const blocks = Array.from({ length: Math.ceil(length / 64) }, (_, block) => digest(block))
  return blocks.join('').replaceAll(/[+/=]/gu, 'x').slice(0, length)
}

/** Made of parts, so that nobody's scanner takes them for secrets. `shown` is what may be seen around the secret. */
const samples: readonly {
  readonly kind: SecretPattern
  readonly text: string
  readonly shown?: readonly [string, string]
}[] = [
  ...['api03', 'oat01', 'admin01'].map((type) => ({
    kind: 'anthropic-key' as const,
    text: ['sk', 'ant', type, `${random(50)}_${random(41)}-AA`].join('-'),
  })),
  { kind: 'openai-key', text: `sk-${random(48)}` },
  ...['proj', 'svcacct', 'admin'].map((type) => ({
    kind: 'openai-key' as const,
    text: ['sk', type, `${random(60)}-${random(40)}_${random(12)}`].join('-'),
  })),
  { kind: 'openrouter-key', text: ['sk', 'or', 'v1', '0a1b2c3d'.repeat(8)].join('-') },
  ...['p', 'o', 'u', 's', 'r'].map((type) => ({ kind: 'github-token' as const, text: `gh${type}_${random(36)}` })),
  { kind: 'github-token', text: ['github', 'pat', random(22), random(59)].join('_') },
  { kind: 'gitlab-token', text: ['glpat', random(20)].join('-') },
  ...['a', 'b', 'p', 'r', 's'].map((type) => ({
    kind: 'slack-token' as const,
    text: [`xox${type}`, '123456789012', '1234567890123', random(24)].join('-'),
  })),
  { kind: 'slack-token', text: ['xapp', '1', 'A0B1C2D3E4F', '1234567890123', random(64)].join('-') },
  { kind: 'aws-access-key', text: ['AKIA', 'Q3EGRZ7NYBVPXW2L'].join('') },
  { kind: 'aws-access-key', text: ['ASIA', 'Q3EGRZ7NYBVPXW2L'].join('') },
  { kind: 'google-key', text: `AIza${random(35)}` },
  ...['sk', 'rk'].map((type) => ({ kind: 'stripe-key' as const, text: [type, 'live', random(24)].join('_') })),
  { kind: 'sendgrid-key', text: ['SG', random(22), random(43)].join('.') },
  { kind: 'npm-token', text: ['npm', random(36)].join('_') },
  ...['80351110224678912', '803511102246789123', '1180351110224678912'].map((id) => ({
    kind: 'discord-token' as const,
    text: [Buffer.from(id).toString('base64url'), random(6), random(38)].join('.'),
  })),
  { kind: 'telegram-token', text: `123456789:AA${random(33)}`, shown: ['123456789:', ''] },
  { kind: 'telegram-token', text: `/bot1234567890%3AAA${random(33)}`, shown: ['/bot1234567890%3A', ''] },
  { kind: 'brave-key', text: `BSA${random(28)}` },
  {
    kind: 'jwt',
    text: ['{"alg":"HS256"}', '{"sub":"1"}', random(32)]
      .map((part) => Buffer.from(part).toString('base64url'))
      .join('.'),
  },
  { kind: 'private-key', text: `-----BEGIN PRIVATE KEY-----\\n${random(64)}\\n-----END PRIVATE KEY-----` },
  { kind: 'url-password', text: `ftp://u:${random(12)}@h`, shown: ['ftp://u:', '@h'] },
  { kind: 'connection-password', text: `Uid=u;Pwd=${random(12)};A=b`, shown: ['Uid=u;Pwd=', ';A=b'] },
]

function oneByteAtATime(text: string): string {
  const stream = named.stream()
  const chunks = [...Buffer.from(text)].map((byte) => stream.write(Uint8Array.of(byte)))
  return Buffer.concat([...chunks, stream.end()]).toString()
}

describe('P3 redacts a secret by its shape alone', () => {
  const hidden = (kind: SecretPattern) => `[REDACTED:${kind}]`
  test.for(samples.map(({ kind, text, shown = ['', ''] }) => [kind, text, shown] as const))(
    '%s %s',
    ([kind, text, shown]) => {
      const expected = shown[0] + hidden(kind) + shown[1]
      for (const [before, after] of [
        ['', ''],
        ['export TOKEN=', '\n'],
        ['{"token": "', '"}'],
        ['Authorization: Bearer ', '\r\n'],
        [String.raw`line\n`, String.raw`\n`],
        ['https://host.example/?a=b%26key%3D', '&c=d'],
        ['\u001B[32m', '\u001B[0m'],
        ['(It is ', '), they say.'],
      ] as const) {
        const scrubbed = named.scrub(before + text + after)
        expect(scrubbed).toBe(before + expected + after)
        expect(oneByteAtATime(before + text + after)).toBe(scrubbed)
        expect(named.scrub(scrubbed)).toBe(scrubbed)
      }
    },
  )

  test('has a sample of every kind', () => {
    expect(new Set(samples.map(({ kind }) => kind))).toEqual(new Set(SECRET_PATTERNS))
  })
})

describe('P3 redacts the password alone', () => {
  test.for<[text: string, scrubbed: string]>([
    ['postgres://app:pa55@db.example:5432/shop', 'postgres://app:[REDACTED]@db.example:5432/shop'],
    ['mongodb+srv://u:p%40ss@h1,h2:27017/?w=1', 'mongodb+srv://u:[REDACTED]@h1,h2:27017/?w=1'],
    ['redis://:only-password@cache', 'redis://:[REDACTED]@cache'],
    ['clone https://me:pässwörd@git.example/x.git!', 'clone https://me:[REDACTED]@git.example/x.git!'],
    [`db://u:${'long%3D'.repeat(300)}@host/`, 'db://u:[REDACTED]@host/'],
    [`Uid=u;Pwd=${'long%3D'.repeat(300)};A=b`, 'Uid=u;Pwd=[REDACTED];A=b'],
    ['http://u:with@inside@host/', 'http://u:[REDACTED]@host/'],
    ['http://u:with:colon@[::1]:80/', 'http://u:[REDACTED]@[::1]:80/'],
    [
      String.raw`{"url":"amqp:\/\/u:p\/x","b":"amqp:\/\/u:pw@h"}`,
      String.raw`{"url":"amqp:\/\/u:p\/x","b":"amqp:\/\/u:[REDACTED]@h"}`,
    ],
    ['Server=db;User Id=sa;Password=p#1;Encrypt=yes', 'Server=db;User Id=sa;Password=[REDACTED];Encrypt=yes'],
    ['Server=db; Pwd=à la carte', 'Server=db; Pwd=[REDACTED] la carte'],
    ['jdbc:mysql://db/shop?user=u&password=secret', 'jdbc:mysql://db/shop?user=u&password=[REDACTED]'],
    ['<a href="?user=u&amp;password=secret">', '<a href="?user=u&amp;password=[REDACTED]">'],
    [
      `AccountName=x;AccountKey=${'aB1+'.repeat(21)}aA==;EndpointSuffix=core`,
      'AccountName=x;AccountKey=[REDACTED];EndpointSuffix=core',
    ],
  ])('%s', ([text, scrubbed]) => {
    const scrubber = createPatternScrubber()
    expect(scrubber.scrub(text)).toBe(scrubbed)
    expect(scrubber.scrub(scrubbed)).toBe(scrubbed)
  })
})

describe('does not touch', () => {
  const base64 = (length: number, from = 0) =>
    Buffer.from(Uint8Array.from({ length }, (_, at) => ((at + from) * 2_654_435_761) >>> 13)).toString('base64')
  test.for<[what: string, text: string]>([
    ['a public Algolia key and application', "algoliasearch('BH4D9OD16A', '25626fae796133dc1e734c6bcaaeac3c')"],
    ['a hash of git', 'commit 9fceb02d0ae598e95dc970b74767f19372d61af8 (HEAD -> main)'],
    ['hashes as image and lock files write them', `docker-image://alpine:3.19@sha256:${'0a1b2c3d'.repeat(8)}`],
    ['a UUID', '550e8400-e29b-41d4-a716-446655440000 urn:uuid:F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6'],
    ['an integrity hash', `integrity: sha512-BSA${base64(60).slice(3)}== sha1-AKIA${base64(15)}=`],
    ['an integrity hash with the letters of a prefix inside', `sha512-x/AIza${base64(27, 5).slice(0, 35)}/x+eyJhb==`],
    ['an image', `data:image/png;base64,iVBORw0KGgo${base64(3000)}`],
    ['the start of base64', `BSA${base64(90, 9)} AIza${base64(90, 7)} AKIA${base64(90, 3)}`],
    ['a public key and a certificate', `-----BEGIN PUBLIC KEY-----\n${base64(48)}\n-----END PUBLIC KEY-----`],
    [
      'words about a private key',
      `if (text.startsWith('-----BEGIN PRIVATE KEY-----')) return '-----END PRIVATE KEY-----'`,
    ],
    ['a list of headers', `["-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN EC PRIVATE KEY-----"]`],
    ['classes of a style sheet', '.sk-folding-cube .sk-cube1:before, .task-list-item-with-a-very-long-name-1234 {}'],
    ['words that go on after a prefix', 'sk-internationalization risk-assessment1234567890123456789 desk-ant-hill'],
    ['names of variables', 'npm_config_registry npm_package_dependencies_typescript github_pat_token_variable'],
    ['a class of Java', 'BSAuthenticationManagerFactoryBean BSAbstractSingletonProxyFactoryBean'],
    [
      'placeholders',
      'sk-ant-your-key-goes-here-please xoxb-your-token-here ghp_YOUR_TOKEN sk_live_xxxxxxxxxxxxxxxxxxxx',
    ],
    ['placeholders for passwords', 'postgres://u:${DB_PASSWORD}@h http://u:$PASS@h http://u:***@h redis://:{{ pw }}@h'],
    ['an address with a port', 'http://localhost:4873/@scope/name https://a.example:8443/x@y and mail to a@b.example'],
    ['an address with a user alone', 'ssh://git@host.example:22/x.git git+ssh://git@host.example/x.git'],
    ['a time or ratio', '12:30:45.123 16:9 id:AAbbccddeeff 2026-01-01T00:00:00Z'],
    ['part of a JWT', 'eyJhbGciOiJIUzI1NiJ9 eyJhbGciOiJIUzI1NiJ9.eyJhIjoxfQ eyJub3QganNvbg.eyJhIjoxfQ.c2ln'],
    [
      'names with dots',
      'MTAapplication.server.configuration NDAgreementDocumentIdentifier.format.versionOfTheAgreement',
    ],
    ['code', `login({ password=hash }); const a = 1; password=input.value; --password=file db;password=`],
    ['a locale', 'sk-SK, sk_SK, SG.UTF-8, AIza, AKIA, ghp_, xoxb-'],
    ['a marker', '[REDACTED] postgres://u:[REDACTED]@h postgres://u:[REDACTED:DB_PASSWORD]@h'],
  ])('%s', ([, text]) => {
    expect(named.scrub(text)).toBe(text)
    expect(oneByteAtATime(text)).toBe(text)
  })

  test('what is left out, or anything when told so', () => {
    const github = samples.find(({ kind }) => kind === 'github-token')!.text
    const text = `${github} https://u:secret@h`
    expect(createScrubber([], { patterns: false }).scrub(text)).toBe(text)
    expect(createPatternScrubber({ patterns: ['url-password'] }).scrub(text)).toBe(`${github} https://u:[REDACTED]@h`)
    const all = SECRET_PATTERNS.filter((kind) => kind !== 'url-password')
    expect(createPatternScrubber({ patterns: all }).scrub(text)).toBe('[REDACTED] https://u:secret@h')
  })
})

test('refuses a kind that there is not', () => {
  const patterns = ['jwts'] as unknown as SecretPattern[]
  expect(() => createPatternScrubber({ patterns })).toThrow(
    expect.objectContaining({ code: 'SECRETS_INVALID', field: 'patterns' }),
  )
})

describe('P3 redacts a private key', () => {
  const line = 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj'
  const key = (lines: number, label = '') =>
    `-----BEGIN ${label}PRIVATE KEY-----\n${`${line}\n`.repeat(lines)}q9==\n-----END ${label}PRIVATE KEY-----`
  test.for<[what: string, text: string]>([
    ['that is short', key(1)],
    ['that is long', key(100)],
    ['of a kind', key(25, 'OPENSSH ')],
    ['in JSON', JSON.stringify(key(25)).slice(1, -1)],
    ['in one line', key(25).replaceAll('\n', ' ')],
    ['that is quoted', key(25).replaceAll('\n', '\n> ')],
    ['with headers', key(25).replace('\n', '\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,0A1B2C\n\n')],
    [
      'of PGP',
      `-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: GnuPG v2 (x)\n\n${line}\n-----END PGP PRIVATE KEY BLOCK-----`,
    ],
  ])('%s', ([, text]) => {
    expect(named.scrub(`a\n${text}\nb.`)).toBe('a\n[REDACTED:private-key]\nb.')
    expect(oneByteAtATime(`a\n${text}\nb.`)).toBe('a\n[REDACTED:private-key]\nb.')
  })

  test('of which the end is missing, another one after it too', () => {
    const cut = key(10).slice(0, 500)
    expect(named.scrub(`${cut}... and more`)).toBe('[REDACTED:private-key]... and more')
    expect(named.scrub(`${cut}\n${key(10)}.`)).toBe('[REDACTED:private-key].')
  })

  test('up to a limit, as nobody knows where a key without an end stops', () => {
    const scrubbed = named.scrub(`${key(1).slice(0, 60)}${'words '.repeat(10_000)}`)
    expect(scrubbed.length).toBeGreaterThan(60_000 - 16_384)
  })
})

test('P3 redacts a JWT of any size, and one in a token of GitHub', () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const jwt = (size: number) => `${part({ alg: 'RS256' })}.${part({ sub: 'x'.repeat(size) })}.${'sig_-09'.repeat(40)}`
  for (const token of [jwt(10), jwt(5000), `ghs_12345_${jwt(100)}`]) {
    expect(createPatternScrubber().scrub(`<${token}> ${token}.`)).toBe('<[REDACTED]> [REDACTED].')
  }
  expect(createPatternScrubber().scrub(`${jwt(50_000)} ${jwt(50_000)}`)).toBe('[REDACTED] [REDACTED]')
  const encrypted = `${part({ alg: 'dir', enc: 'A256GCM' })}..aXY.Y2lwaGVydGV4dA.dGFn`
  expect(createPatternScrubber().scrub(`${encrypted}. Next`)).toBe('[REDACTED]. Next')
})

describe('takes time in proportion to a hostile text, and holds little of it back', () => {
  const anchors = [...new Set(SHAPES.flatMap((shape) => shape.anchors))]
  const jwtHeader = Buffer.from('{"alg":"none"}').toString('base64url')
  const limitMs = 3000

  test('of secrets that begin inside another one', () => {
    const text = 'sk-ant-1ghp_xoxb-'.repeat(30_000)
    const started = performance.now()
    expect(createPatternScrubber().scrub(text)).toBe('[REDACTED]')
    expect(performance.now() - started).toBeLessThan(limitMs)
  })

  test.for<[what: string, piece: string]>([
    ...anchors.filter((anchor) => !anchor.startsWith('M')).map((anchor): [string, string] => [anchor, anchor]),
    ['all anchors', anchors.join('')],
    ['all anchors, each a word', anchors.join(' ')],
    ['anchors with digits', anchors.join('1')],
    ['users without a host', 'x://a:'],
    ['hosts without an end', 'x://a:b@'],
    ['headers of JWTs', `${jwtHeader}.`],
    ['headers of JWTs, each a word', ` ${jwtHeader}.a`],
    ['what may be a header', 'eyJ='],
    ['long parts', `=eyJ${'a'.repeat(8000)}.`],
    ['bots', '12345678:AA'],
    ['escapes', String.raw`\nghp_`],
    ['cut private keys', '-----BEGIN PRIVATE KEY-----MIIEvQIBADANBgkqhkiG9w0BAQ'],
    ['dashes', '-'],
    ['passwords', 'a=b;Password='],
    ['assignments', 'a=b;password=c'],
  ])('%s', ([, piece]) => {
    const text = Buffer.from(piece.repeat(Math.ceil(100_000 / piece.length)))
    const scrubber = createPatternScrubber()
    const started = performance.now()
    scrubber.scrub(text.toString())
    const stream = scrubber.stream()
    for (let at = 0; at < text.length; at += 100) stream.write(text.subarray(at, at + 100))
    // Milliseconds; with time in proportion to the square it would be minutes.
    expect(performance.now() - started).toBeLessThan(limitMs)
    expect(stream.end().length).toBeLessThan(9000)
  })
})

test('no anchor ends another one, of which only the longest would be found', () => {
  const anchors = [...new Set(SHAPES.flatMap((shape) => shape.anchors))]
  for (const anchor of anchors) {
    expect(anchors.filter((other) => other !== anchor && other.endsWith(anchor))).toEqual([])
    expect(anchor.length).toBeGreaterThanOrEqual(3)
  }
})
