import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { MiddlewareHandler } from 'hono'
import type { ServerEnv } from './caller.ts'

const TYPES = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
} as const

const FILES = [
  ['icon.svg', TYPES.svg],
  ['style.css', TYPES.css],
  ...[
    'api',
    'elements',
    'escalations',
    'feed',
    'follow-events',
    'main',
    'paged-list',
    'pages',
    'reference',
    'schema-lines',
    'words',
  ].map((name) => [`src/${name}.js`, TYPES.js] as const),
] as const

/** Nothing of other hosts, no script but the page's own files, and no text that ever becomes markup. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

/**
 * Answers the operator's page at `/` and `/dashboard`, the API reference at `/api/docs`, and their files; all else goes on.
 * They hold nothing of anybody: what they show, they ask the API for, the operator's page with the token typed into it.
 */
export function dashboard(): MiddlewareHandler<ServerEnv> {
  const { resolve } = createRequire(import.meta.url)
  const read = (name: string): string => readFileSync(resolve(`@agentic/dashboard/${name}`), 'utf8')
  const page = { type: TYPES.html as string, text: read('index.html') }
  const files = new Map([
    ['/', page],
    ['/dashboard', page],
    ['/api/docs', { type: TYPES.html as string, text: read('docs.html') }],
  ])
  for (const [name, type] of FILES) files.set(`/dashboard/${name}`, { type, text: read(name) })

  return async (context, next) => {
    const file = ['GET', 'HEAD'].includes(context.req.method) ? files.get(context.req.path) : undefined
    if (file === undefined) return next()
    return context.body(file.text, 200, {
      'content-type': file.type,
      'content-security-policy': POLICY,
      'cache-control': 'no-cache',
    })
  }
}
