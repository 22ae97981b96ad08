import { describe, expect, test } from 'vitest'
import { writeSnapshot } from './snapshot.ts'

const write = (tree: unknown, scrub = (text: string) => text, hidden: readonly string[] = []): string =>
  writeSnapshot(tree, { prefix: '3', isHidden: (value) => hidden.includes(value), scrub })

describe('a line', () => {
  test.for([
    [{ role: 'heading', name: 'Hi', level: 1, ref: 'e1' }, '- heading "Hi" [level=1] [ref=3e1]'],
    [{ role: 'button', name: 'Buy', disabled: true, ref: 'f2e1' }, '- button "Buy" [disabled] [ref=3f2e1]'],
    [{ role: 'checkbox', name: 'Yes', checked: 'mixed', ref: 'e1' }, '- checkbox "Yes" [checked=mixed] [ref=3e1]'],
    [{ role: 'link', name: 'Go', url: '/x', ref: 'e1' }, '- link "Go" [ref=3e1] [url="/x"]'],
    [{ role: 'generic', cursor: 'pointer', ref: 'e1' }, '- generic [clickable] [ref=3e1]'],
    [{ role: 'generic', ref: 'e1' }, '- generic'],
    [{ role: 'textbox', name: 'Name', text: 'Ada', ref: 'e1' }, '- textbox "Name" [ref=3e1]: "Ada"'],
    ['some text', '- text "some text"'],
  ] as const)('says what can be done with %j', ([node, line]) => {
    expect(write([node])).toBe(line)
  })

  test('is one line whatever a page says', () => {
    const text = 'a"\n- button "Fake" [ref=3e9]\u2028\uD800'
    expect(write([{ role: 'paragraph', name: text, text, ref: 'e1' }, text]).split('\n')).toHaveLength(2)
    expect(write([text]).isWellFormed()).toBe(true)
  })
})

test('children stand below their parents, and no deeper than anybody reads', () => {
  expect(write([{ role: 'list', children: [{ role: 'listitem', children: ['one'] }] }])).toBe(
    '- list\n  - listitem\n    - text "one"',
  )
  let deep: unknown = 'bottom'
  for (let depth = 0; depth < 10_000; depth += 1) deep = { role: 'group', children: [deep] }
  expect(write([deep])).toMatch(/^ +- \(deeper than 100: not shown\)$/m)
})

test('a hidden value is hidden where it is that of a field', () => {
  const tree = [
    { role: 'textbox', name: 'Card', text: '42 42', ref: 'e1' },
    { role: 'paragraph', text: '42 42' },
  ]
  expect(write(tree, undefined, ['42 42'])).toBe('- textbox "Card" [ref=3e1]: [hidden]\n- paragraph: "42 42"')
})

test('P3 a secret is taken out before a text is cut, so that no half of it stays', () => {
  const scrub = (text: string) => text.replaceAll('secret', '[X]')
  const said = write([`${'a'.repeat(997)}secret`, { role: 'link', url: `/${'b'.repeat(296)}secret` }], scrub)
  expect(said).not.toMatch(/sec/)
})

test.for([undefined, null, 'text', {}, 3])('nothing is written of %j', (tree) => {
  expect(write(tree)).toBe('')
})
