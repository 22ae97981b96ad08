import { afterBase64, afterName, afterText, afterWord, anywhere, type Boundary } from './boundary.ts'
import { type Follow, untilSecondRule, within } from './follow.ts'

/** A kind of secret that is known by its shape. */
export type SecretPattern =
  | 'anthropic-key'
  | 'aws-access-key'
  | 'brave-key'
  | 'connection-password'
  | 'discord-token'
  | 'github-token'
  | 'gitlab-token'
  | 'google-key'
  | 'jwt'
  | 'npm-token'
  | 'openai-key'
  | 'openrouter-key'
  | 'private-key'
  | 'sendgrid-key'
  | 'slack-token'
  | 'stripe-key'
  | 'telegram-token'
  | 'url-password'

/** What of a text is the secret: from where to before where. */
export type Found = readonly [from: number, to: number]

/** How a kind of secret looks: literals that it begins with, what they may stand after, and what must follow. */
export interface Shape {
  readonly kind: SecretPattern
  readonly anchors: readonly string[]
  readonly after: Boundary
  /** What belongs to the text that is judged. */
  readonly follow: Follow
  /** How many bytes after the anchor are waited for, and so held back, before the text is judged. */
  readonly wait: number
  /** Says what of the anchor and what followed it is the secret, one byte a character. */
  readonly judge: (text: string, anchorLength: number) => Found | undefined
  /**
   * How far a secret reaches, from the anchor, that has not ended when it is judged.
   * @default no further
   */
  readonly most?: number | undefined
}

const word = within(/[\w-]/u)
const dotted = within(/[\w.-]/u)

/** More characters than that are waited for, so that one of them is a digit if they are random. */
const SURPLUS = 20

/**
 * A prefix that nothing else has, and at least so many random characters, among them a digit, which tells them from an
 * identifier. The rest of the word is taken with it: issuers make their tokens longer from time to time.
 */
function prefixed(kind: SecretPattern, anchors: readonly string[], least: RegExp, leastLength: number): Shape {
  return {
    kind,
    anchors,
    after: afterWord,
    follow: word,
    wait: leastLength + SURPLUS,
    judge(text, anchorLength) {
      const body = text.slice(anchorLength)
      return least.test(body) && /\d/u.test(body) ? [0, text.length] : undefined
    },
    most: Infinity,
  }
}

/** A short prefix, which needs the exact length and what stands around it. */
function exactly(
  kind: SecretPattern,
  anchors: readonly string[],
  after: Boundary,
  body: RegExp,
  length: number,
): Shape {
  return {
    kind,
    anchors,
    after,
    follow: word,
    wait: length + 1,
    judge: (text, anchorLength) => (body.test(text.slice(anchorLength)) ? [0, text.length] : undefined),
  }
}

const brave: Shape = {
  kind: 'brave-key',
  anchors: ['BSA'],
  after: afterBase64,
  // Followed through base64, so that the beginning of that is not taken for a key.
  follow: within(/[\w+/=-]/u),
  wait: 44,
  judge: (text) => (/^BSA(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[\w-]{20,40}$/u.test(text) ? [0, text.length] : undefined),
}

const sendgrid: Shape = {
  kind: 'sendgrid-key',
  anchors: ['SG.'],
  after: afterName,
  follow: dotted,
  wait: 67,
  judge: (text) => (/^SG\.[\w-]{22}\.[\w-]{43}(?![\w-])/u.test(text) ? [0, 69] : undefined),
}

/** The first part is the bot's id, 17 to 20 digits, in base64: all that it can begin with. */
const DISCORD_ANCHORS = ['MT', 'Mj', 'Mz', 'ND', 'NT', 'Nj', 'Nz', 'OD', 'OT'].flatMap((start) =>
  Array.from('AEIMQUYcgk', (third) => start + third),
)

const discord: Shape = {
  kind: 'discord-token',
  anchors: DISCORD_ANCHORS,
  after: afterName,
  follow: dotted,
  wait: 72,
  judge(text) {
    const [token, id] = /^([\w-]{23,27})\.[\w-]{6}\.[\w-]{27,38}(?![\w-])/u.exec(text) ?? []
    if (token === undefined || !/^\d{17,20}$/u.test(Buffer.from(id!, 'base64url').toString('latin1'))) return undefined
    return [0, token.length]
  },
}

/** What stands before the colon is the bot's id, which is public. */
const telegram: Shape = {
  kind: 'telegram-token',
  anchors: [':AA', '%3AAA', '%3aAA'],
  after: afterText(/\d/u, /(?:^|\D)\d{8,10}$/u),
  follow: word,
  wait: 34,
  judge: (text, anchorLength) => (text.length === anchorLength + 33 ? [anchorLength - 2, text.length] : undefined),
}

/** Longer tokens are taken for such when their header is one. Bounds what has to be held back. */
const LONGEST_JWT = 8192

const jwt: Shape = {
  kind: 'jwt',
  anchors: ['eyJ'],
  after: afterName,
  follow: dotted,
  wait: LONGEST_JWT,
  judge(text) {
    // Three parts are signed, five encrypted; of the latter the second may be empty.
    const [token, header] =
      (text.length < LONGEST_JWT ? /^([\w-]+)\.[\w-]*(?:\.[\w-]+){1,3}/u : /^([\w-]+)\..*$/u).exec(text) ?? []
    return token !== undefined && isJsonObject(Buffer.from(header!, 'base64url').toString())
      ? [0, token.length]
      : undefined
  },
  most: Infinity,
}

/** Since 2026 an installation token can be `ghs_`, the id of the app, and a JWT, some 520 characters together. */
const githubJwt: Shape = {
  kind: 'github-token',
  anchors: ['ghs_'],
  after: afterName,
  follow: dotted,
  wait: 4096,
  judge(text) {
    const [token] = /^ghs_\w*?eyJ[\w-]+\.[\w-]+\.[\w-]+/u.exec(text) ?? []
    return token === undefined ? undefined : [0, token.length]
  },
}

const PEM_LABELS = ['', 'RSA ', 'EC ', 'DSA ', 'OPENSSH ', 'ENCRYPTED '].map((type) => `${type}PRIVATE KEY`)

/**
 * A whole block; of one that is cut off, all that could be part of it. Between its lines there may be escaped line ends,
 * and the marks that quote a line or show its indentation.
 */
const pem = {
  kind: 'private-key',
  after: anywhere,
  wait: 256,
  judge: (text: string, anchorLength: number): Found | undefined =>
    /[A-Za-z0-9+/=]{24}/u.test(text.slice(anchorLength)) ? [0, text.length] : undefined,
  // 12.5 KB are a key of 16,384 bits.
  most: 16_384,
} as const
const privateKey: Shape = {
  ...pem,
  anchors: PEM_LABELS.map((label) => `-----BEGIN ${label}-----`),
  follow: untilSecondRule(/[\w+/= \t\r\n\\:,>|]/u),
}
const pgpPrivateKey: Shape = {
  ...pem,
  anchors: ['-----BEGIN PGP PRIVATE KEY BLOCK-----'],
  // Its header lines hold names and versions of programs.
  follow: untilSecondRule(/[\w+/= \t\r\n\\:,>|.()@<]/u),
}

const connectionPassword: Shape = {
  kind: 'connection-password',
  anchors: ['Password=', 'password=', 'PASSWORD=', 'Pwd=', 'pwd=', 'PWD='],
  // In a query, or after another `name=value;`: code and command lines also say `password=`.
  after: afterText(/[?&;\s]/u, /(?:[?&]|&amp;|=[^\s=;&?"'{}()][^=;&?"'{}()\r\n]{0,47};\s?)$/u),
  follow: within(/(?![;&"'`<>\\])[!-~\u0080-\u00FF]/u),
  wait: 256,
  judge: (text, anchorLength) => unlessPlaceholder(text, anchorLength, text.length),
  most: Infinity,
}

const azureKey: Shape = {
  kind: 'connection-password',
  anchors: ['AccountKey=', 'SharedAccessKey='],
  after: afterWord,
  follow: within(/[\w+/=]/u),
  wait: 96,
  judge: (text, anchorLength) =>
    /^[A-Za-z0-9+/]{42,}={0,2}$/u.test(text.slice(anchorLength)) ? [anchorLength, text.length] : undefined,
  most: Infinity,
}

/** `user:password@host`, where the last `@` counts: an address, or a connection string. */
const urlPassword: Shape = {
  kind: 'url-password',
  anchors: ['://', String.raw`:\/\/`],
  after: afterText(/[A-Za-z0-9]/u, /./u),
  follow: within(/[!$%&()*+,.\w:;=@[\]^{|}~\u0080-\u00FF-]/u),
  // A password can be a signed token of 2 KB.
  wait: 4096,
  judge(text, anchorLength) {
    const colon = text.indexOf(':', anchorLength)
    const at = text.lastIndexOf('@')
    // An image that is pinned: `alpine:3.19@sha256:...`.
    if (colon === -1 || text.startsWith('@sha256:', at)) return undefined
    return unlessPlaceholder(text, colon + 1, at)
  },
}

/** What stands in documentation, templates and scrubbed texts where a password would be. */
const PLACEHOLDER =
  /^(?:\$\{.*\}|\$[A-Z_][A-Z\d_]*|\{.*\}|%[a-z]|%\(\w+\)s|\*+|x{3,}|\.{3,}|\[REDACTED(?::[\w.-]+)?\])$/u

function unlessPlaceholder(text: string, from: number, to: number): Found | undefined {
  return to > from && !PLACEHOLDER.test(text.slice(from, to)) ? [from, to] : undefined
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}

/** All shapes. Of two that begin at the same byte, the first gives the name. */
export const SHAPES: readonly Shape[] = [
  prefixed('anthropic-key', ['sk-ant-'], /^[\w-]{20}/u, 20),
  prefixed('openrouter-key', ['sk-or-'], /^[\w-]{20}/u, 20),
  prefixed('openai-key', ['sk-proj-', 'sk-svcacct-', 'sk-admin-'], /^[\w-]{20}/u, 20),
  prefixed('openai-key', ['sk-'], /^[A-Za-z0-9]{20}/u, 20),
  prefixed('github-token', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], /^[A-Za-z0-9]{36}/u, 36),
  prefixed('github-token', ['github_pat_'], /^\w{36}/u, 36),
  githubJwt,
  prefixed('gitlab-token', ['glpat-'], /^[\w-]{20}/u, 20),
  prefixed('slack-token', ['xoxa-', 'xoxb-', 'xoxe-', 'xoxp-', 'xoxr-', 'xoxs-'], /^[\w-]{10}/u, 10),
  prefixed('slack-token', ['xapp-'], /^[\w-]{20}/u, 20),
  exactly('aws-access-key', ['AKIA', 'ASIA'], afterBase64, /^[A-Z0-9]{16}$/u, 16),
  exactly('google-key', ['AIza'], afterBase64, /^[\w-]{35}$/u, 35),
  prefixed('stripe-key', ['sk_live_', 'rk_live_'], /^\w{16}/u, 16),
  sendgrid,
  prefixed('npm-token', ['npm_'], /^[A-Za-z0-9]{36}/u, 36),
  discord,
  telegram,
  brave,
  jwt,
  privateKey,
  pgpPrivateKey,
  azureKey,
  connectionPassword,
  urlPassword,
]

/** All kinds of secrets that are known by their shape. */
export const SECRET_PATTERNS: readonly SecretPattern[] = Object.freeze([...new Set(SHAPES.map(({ kind }) => kind))])
