import { describe, expect, test } from 'vitest'
import { detectBlock } from './index.ts'

const SHOP = 'https://www.shop.example'
const shell = '<title>Shop</title><div id="root"></div><script src="/app.js"></script>'
const sent = (from: string, to: string, html = shell) =>
  detectBlock({ html, requestedUrl: new URL(from, SHOP).href, finalUrl: new URL(to, SHOP).href })?.reason

describe('a visitor who is sent to', () => {
  test.for([
    '/captcha?return=%2Fitem%2F1',
    '/captcha',
    '/secure/captchaPx/',
    '/are-you-human.html',
    '/Human-Verification?x=1',
    'https://shop.example/bot-check',
  ])('%s is before a captcha, though the page shows nothing yet', (to) => {
    expect(sent('/item/1', to)).toEqual({ type: 'captcha', provider: 'unknown' })
  })

  test('an address for blocked visitors that keeps the one asked for is blocked', () => {
    expect(sent('/item/1', '/blocked?url=L2l0ZW0vMQ==&uuid=1')).toEqual({ type: 'fraud-detect', vendor: 'unknown' })
  })

  test.for([
    ['what was asked for', '/help/captcha', '/help/captcha'],
    ['another page about captchas', '/captcha', '/en/captcha'],
    ['a list of blocked users', '/settings', '/settings/blocked'],
    ['a page whose name only begins so', '/item/1', '/captchas-explained'],
    ['another site', '/item/1', 'https://captcha.example/captcha?url=x'],
  ] as const)('%s is not', ([, from, to]) => {
    expect(sent(from, to)).toBeUndefined()
  })

  test('a gate that is not there is not', () => {
    const urls = { requestedUrl: `${SHOP}/item/1`, finalUrl: `${SHOP}/captcha` }
    expect(detectBlock({ html: shell, status: 404, ...urls })).toBeUndefined()
    expect(detectBlock({ html: shell, status: 403, ...urls })?.reason.type).toBe('captcha')
  })

  test('a page with ways on is not', () => {
    expect(sent('/item/1', '/captcha', '<nav><a href="/">Home</a></nav><h1>Our captcha</h1>')).toBeUndefined()
  })
})
