import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createScrubber } from './scrubber.ts'

const scrubberOf = (...values: string[]) => createScrubber(values.map((value, index) => ({ name: `S${index}`, value })))

test('redacts a secret wherever it stands', () => {
  const scrubber = scrubberOf('hunter2-long')
  expect(scrubber.scrub('a hunter2-long b hunter2-long')).toBe('a [REDACTED] b [REDACTED]')
  expect(scrubber.scrub('nothing here')).toBe('nothing here')
})

test('defect j: redacts all of a secret that begins with another one, one byte at a time too', () => {
  const scrubber = scrubberOf('tok_abc', 'tok_abc_SUPERSECRETTAIL')
  const text = 'x tok_abc_SUPERSECRETTAIL y tok_abc z'
  expect(scrubber.scrub(text)).toBe('x [REDACTED] y [REDACTED] z')
  const stream = scrubber.textStream()
  expect(Array.from(text, (character) => stream.write(character)).join('') + stream.end()).toBe(
    'x [REDACTED] y [REDACTED] z',
  )
})

test('defect j: leaves nothing of two secrets that overlap', () => {
  expect(scrubberOf('ipsum dolor', 'dolor sit').scrub('lorem ipsum dolor sit amet')).toBe('lorem [REDACTED] amet')
})

test('defect j: never looks at its own markers again', () => {
  const scrubber = createScrubber(
    [
      { name: 'MYREDACTED', value: 'first-secret' },
      { name: 'B', value: 'REDACTED' },
    ],
    { marker: 'named' },
  )
  expect(scrubber.scrub('first-secret [REDACTED]')).toBe('[REDACTED:MYREDACTED] [[REDACTED:B]]')
})

test('names the secret that begins first, the longest of those, when asked for names', () => {
  const scrubber = createScrubber(
    [
      { name: 'A', value: 'tok_abc' },
      { name: 'B', value: 'tok_abc_tail' },
      { name: 'C', value: 'tail_of_c' },
    ],
    { marker: 'named' },
  )
  const text = 'tok_abc tok_abc_tail tok_abc_tail_of_c tail_of_c'
  const expected = '[REDACTED:A] [REDACTED:B] [REDACTED:B] [REDACTED:C]'
  expect(scrubber.scrub(text)).toBe(expected)
  const stream = scrubber.textStream()
  expect(Array.from(text, (character) => stream.write(character)).join('') + stream.end()).toBe(expected)
})

test('tells which secrets are too short to be redacted, and leaves them', () => {
  const scrubber = createScrubber([
    { name: 'PIN', value: '12345' },
    { name: 'BLANK', value: ' \n  ab  ' },
    { name: 'OK', value: '123456' },
  ])
  expect(scrubber.unscrubbable).toEqual(['PIN', 'BLANK'])
  expect(scrubber.scrub('12345 123456')).toBe('12345 [REDACTED]')
})

test('redacts the present value of a secret and earlier ones under its one name', () => {
  const scrubber = createScrubber(
    [
      { name: 'TOKEN', value: 'value-of-today' },
      { name: 'TOKEN', value: 'value-of-yesterday' },
      { name: 'TOKEN', value: 'old' },
      { name: 'TOKEN', value: 'older' },
    ],
    { marker: 'named' },
  )
  expect(scrubber.scrub('value-of-today, value-of-yesterday, old')).toBe('[REDACTED:TOKEN], [REDACTED:TOKEN], old')
  expect(scrubber.scrub(Buffer.from('value-of-yesterday').toString('base64'))).toContain('[REDACTED:TOKEN]')
  expect(scrubber.unscrubbable).toEqual(['TOKEN'])
})

describe('P3 redacts what looks like a secret together with the secrets that it knows', () => {
  const token = `ghp_${'aB3'.repeat(12)}`
  const scrubber = createScrubber(
    [
      { name: 'PASSWORD', value: 'pass-of-db' },
      { name: 'INSIDE', value: 'aB3aB3aB3' },
    ],
    { marker: 'named' },
  )
  test.for<[what: string, text: string, scrubbed: string]>([
    ['side by side', `${token} pass-of-db`, '[REDACTED:github-token] [REDACTED:PASSWORD]'],
    ['one inside the other', `x ${token} y`, 'x [REDACTED:github-token] y'],
    ['at the same place, by the name that is known', 'db://u:pass-of-db@h', 'db://u:[REDACTED:PASSWORD]@h'],
    ['overlapping', 'db://u:1-pass-of-db@h/pass-of-db', 'db://u:[REDACTED:url-password]@h/[REDACTED:PASSWORD]'],
    ['one kind in the place of another', `db://u:${token}@h`, 'db://u:[REDACTED:github-token]@h'],
    ['touching', `pass-of-db${token}`, '[REDACTED:PASSWORD]ghp_[REDACTED:INSIDE]'],
  ])('%s', ([, text, scrubbed]) => {
    const stream = scrubber.textStream()
    expect(scrubber.scrub(text)).toBe(scrubbed)
    expect(Array.from(text, (character) => stream.write(character)).join('') + stream.end()).toBe(scrubbed)
    expect(scrubber.scrubValue({ [text]: [text] })).toEqual({ [scrubbed]: [scrubbed] })
  })
})

describe('P3 redacts what tools make of a secret', () => {
  const value = `it's <a> "50%" & $HOME/päth\\x + ~!`
  const bytes = Buffer.from(value)
  test.for<[string, string]>([
    ['hex', bytes.toString('hex')],
    ['upper-case hex', bytes.toString('hex').toUpperCase()],
    ['base64', bytes.toString('base64')],
    ['base64url', bytes.toString('base64url')],
    ['base64 of a basic authorization', Buffer.from(`user:${value}:x`).toString('base64')],
    ['base64 in a query', encodeURIComponent(bytes.toString('base64'))],
    ['encodeURIComponent', encodeURIComponent(value)],
    ['encodeURI', encodeURI(value)],
    ['lower-case percent-encoding', encodeURIComponent(value).replaceAll(/%../gu, (code) => code.toLowerCase())],
    ['a form', new URLSearchParams({ q: value }).toString()],
    ['JSON', JSON.stringify(value)],
    ['JSON in JSON', JSON.stringify(JSON.stringify(value))],
    ['ASCII JSON', JSON.stringify(value).replaceAll('ä', String.raw`\u00e4`)],
    ['HTML-safe JSON', JSON.stringify(value).replaceAll(/[<>&]/gu, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)],
    ['HTML text', value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')],
    [
      'an HTML attribute',
      value
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#39;'),
    ],
    ['single quotes of a shell', `'${value.replaceAll("'", String.raw`'\''`)}'`],
    ['double quotes of a shell', `"${value.replaceAll(/["$\\`]/gu, String.raw`\$&`)}"`],
    ['printf %q', String.raw`it\'s\ \<a\>\ \"50%\"\ \&\ \$HOME/päth\\x\ +\ \~\!`],
  ])('%s', ([, text]) => {
    const scrubbed = scrubberOf(value).scrub(`before ${text} after`)
    expect(scrubbed).toContain('[REDACTED]')
    // Quotes, padding, and what the neighbours of the secret are encoded to may stay.
    expect(scrubbed.replace(/[\w'"\\=]{0,7}\[REDACTED\][\w:'"\\%=]{0,6}/u, '')).toBe('before  after')
  })
})

test('P3 finds base64 of a secret between any neighbours, leaving none of its own characters', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 6, maxLength: 40 }),
      fc.uint8Array({ maxLength: 20 }),
      fc.uint8Array({ maxLength: 20 }),
      fc.constantFrom('base64', 'base64url'),
      (secret, before, after, encoding) => {
        const value = Buffer.from(secret).toString('hex')
        const text = Buffer.concat([before, Buffer.from(value), after]).toString(encoding)
        const [left, right, ...more] = scrubberOf(value).scrub(text).split('[REDACTED]')
        expect(more).toEqual([])
        // A character holds six bits: what is left are those of the neighbours, one of them shared on each side at most.
        expect(left).toHaveLength(Math.ceil((before.length * 8) / 6))
        const most = after.length === 0 ? 0 : Math.ceil((after.length * 8) / 6) + 1
        expect(right!.replaceAll('=', '').length).toBeLessThanOrEqual(most)
      },
    ),
    { numRuns: 1000 },
  )
})

describe('P3 redacts a key of several lines', () => {
  const lines = [
    '-----BEGIN KEY-----',
    'MIIEvQIBADANBgkqhkiG9w0BAQ',
    'EFAASCBKcwggSjAgEAAoIBAQC7',
    'q9==',
    '-----END KEY-----',
  ]
  const scrubber = scrubberOf(`${lines.join('\n')}\n`)
  test.for<[string, string]>([
    ['as it is', lines.join('\n')],
    ['with CRLF', lines.join('\r\n')],
    ['with its lines joined', lines.join('')],
    ['with a line end put in where a buffer ended', `${lines.join('\n').slice(0, 30)}\n${lines.join('\n').slice(30)}`],
    ['in JSON', JSON.stringify(lines.join('\n')).slice(1, -1)],
    ['in JSON with CRLF', JSON.stringify(lines.join('\r\n')).slice(1, -1)],
    ['in a query', encodeURIComponent(lines.join('\n'))],
    ['in base64 with CRLF', Buffer.from(lines.join('\r\n')).toString('base64')],
    ['in base64 wrapped as mail does', Buffer.from(lines.join('\n')).toString('base64').replaceAll(/.{20}/gu, '$&\n')],
  ])('%s', ([, text]) => {
    expect(scrubber.scrub(`<${text}>`)).toBe('<[REDACTED]>')
  })

  test('line by line, as a shell that traces prints it', () => {
    expect(scrubber.scrub(`+ echo ${lines[1]}\n+ echo ${lines[2]}`)).toBe('+ echo [REDACTED]\n+ echo [REDACTED]')
  })
})

test('P3 redacts the strings in a secret that is JSON, as tools print them', () => {
  const key = '-----BEGIN KEY-----\nMIIEvQIBADANBgkq\n-----END KEY-----\n'
  const scrubber = scrubberOf(JSON.stringify({ user: 'bob', private_key: key }))
  expect(scrubber.scrub(`user bob, key ${key}`)).toBe('user bob, key [REDACTED]\n')
})

test('P3 redacts values of 64 KiB, whole or a part of them', () => {
  const value = Array.from({ length: 8192 }, (_, index) => index.toString(36).padStart(8, 'x')).join('')
  const scrubber = scrubberOf(value)
  for (const text of [value, Buffer.from(value).toString('base64'), Buffer.from(value).toString('hex')]) {
    expect(scrubber.scrub(`<${text}>`)).toMatch(/^<(\[REDACTED\]){1,2}.{0,2}>$/u)
  }
  expect(scrubber.scrub(value.slice(1000, 4000))).toContain('[REDACTED]')
})

test('redacts one byte at a time as it does at once, through characters of several bytes', () => {
  const scrubber = scrubberOf('pässwört-😀-geheim', 'plain-secret')
  const text = 'ä😀 pässwört-😀-geheim ö plain-secret pässwört-😀 €'
  const stream = scrubber.stream()
  const chunks = [...Buffer.from(text)].map((byte) => stream.write(Uint8Array.of(byte)))
  expect(Buffer.concat([...chunks, stream.end()]).toString()).toBe('ä😀 [REDACTED] ö [REDACTED] pässwört-😀 €')
  expect(scrubber.scrub(text)).toBe('ä😀 [REDACTED] ö [REDACTED] pässwört-😀 €')
})

test('keeps text whole when chunks are cut inside a character', () => {
  const stream = scrubberOf('secret-😀-value').textStream()
  const halves = ['a😀'.slice(0, 2), 'a😀'.slice(2), ' secret-\uD83D', '\uDE00-value!']
  expect(halves.map((half) => stream.write(half)).join('') + stream.end()).toBe('a😀 [REDACTED]!')
})

test('is made of any value, also of one that is not Unicode, or holds such a text in JSON', () => {
  const scrubber = scrubberOf(
    'half \uD800 character',
    String.raw`{"leaf": "half \ud800 character", "x": [`,
    '{"a":"plain leaf \\ud800"}',
  )
  expect(scrubber.scrub('a half \uD800 character')).toBe('a [REDACTED]')
})

test('leaves text that it does not redact exactly as it is', () => {
  const scrubber = scrubberOf('secret-value')
  for (const text of ['', '\uD800', '\uFEFFx\0', 'a\r\n\r\nb']) expect(scrubber.scrub(text)).toBe(text)
  expect(scrubberOf().scrub('no secrets')).toBe('no secrets')
})

test('P3 never lets a secret through, cut anywhere', () => {
  const value = fc.string({ unit: 'binary', minLength: 6, maxLength: 30 }).filter((text) => text.trim().length >= 6)
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 4 }),
      fc.array(fc.string()),
      fc.nat(),
      (values, noise, cut) => {
        const scrubber = scrubberOf(...values)
        const text = values.flatMap((secret, index) => [noise[index] ?? ' ', secret]).join('')
        const at = cut % (text.length + 1)
        const stream = scrubber.textStream()
        const scrubbed = stream.write(text.slice(0, at)) + stream.write(text.slice(at)) + stream.end()
        for (const secret of values) {
          const inMarker = '[REDACTED]'.includes(secret.trim())
          expect(inMarker || !scrubbed.includes(secret)).toBe(true)
        }
        expect(scrubbed).toBe(scrubber.scrub(text))
      },
    ),
    { numRuns: 300 },
  )
})

describe('scrubbing a value', () => {
  const scrubber = scrubberOf('secret-value', '12345678')

  test('redacts every string, names of members included', () => {
    const value = { 'secret-value': ['a secret-value', { deep: 'secret-value' }], n: 1, yes: true, no: null }
    expect(scrubber.scrubValue(value)).toEqual({
      '[REDACTED]': ['a [REDACTED]', { deep: '[REDACTED]' }],
      n: 1,
      yes: true,
      no: null,
    })
  })

  test('redacts a secret of digits that comes as a number', () => {
    expect(scrubber.scrubValue({ pin: 12345678, other: 1234 })).toEqual({ pin: '[REDACTED]', other: 1234 })
  })

  test('keeps members apart that differed only in a secret', () => {
    expect(scrubber.scrubValue({ 'secret-value': 1, '12345678': 2 })).toEqual({ '[REDACTED]': 2, '[REDACTED] (2)': 1 })
  })

  test('survives names that mean something to JavaScript, and endless depth', () => {
    const hostile = JSON.parse('{"__proto__": {"x": "secret-value"}, "constructor": 1}') as object
    expect(JSON.stringify(scrubber.scrubValue(hostile))).toBe('{"__proto__":{"x":"[REDACTED]"},"constructor":1}')
    const deep = JSON.parse(`${'['.repeat(5000)}"secret-value"${']'.repeat(5000)}`) as unknown
    expect(JSON.stringify(scrubber.scrubValue(deep))).not.toContain('secret-value')
  })

  test('makes JSON of what is not, so that nothing hides in it', () => {
    const url = new URL('https://host.example/?key=secret-value')
    expect(scrubber.scrubValue({ url, at: new Date(0), none: undefined })).toEqual({
      url: 'https://host.example/?key=[REDACTED]',
      at: '1970-01-01T00:00:00.000Z',
      none: undefined,
    })
  })
})

test('P3 shows no secret when it is inspected or printed itself', () => {
  const scrubber = scrubberOf('secret-value', 'tiny')
  scrubber.scrub('build it')
  const shown = inspect(scrubber, { depth: 9, showHidden: true }) + JSON.stringify(scrubber)
  expect(shown).not.toMatch(/secret-value|tiny/u)
})

test('keeps the secrets that it was made of, whatever the caller does to its list', () => {
  const secrets = [{ name: 'A', value: 'secret-value' }]
  const scrubber = createScrubber(secrets)
  secrets[0]!.value = 'changed'
  expect(scrubber.scrub('secret-value')).toBe('[REDACTED]')
})
