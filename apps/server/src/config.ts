import { loadConfig } from 'c12'
import { acpAgentSchema, agentBudgetSchema, modelSettingsSchema } from '@agentic/worker'
import * as v from 'valibot'

/** Where the server reads its settings from; everything else of the process is left alone. */
export interface ConfigSource {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Folder that holds `agentic.config.{ts,js,json,toml,yaml}`, if any. */
  readonly cwd: string
}

const port = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number'),
  v.minValue(0, 'must not be negative'),
  v.maxValue(65_535, 'must be at most 65535'),
)
const secs = v.pipe(
  v.number('must be a number of seconds'),
  v.minValue(0, 'must not be negative'),
  v.maxValue(2_592_000, 'must be at most 30 days'),
)
const keepSecs = v.pipe(
  v.number('must be a number of seconds'),
  v.minValue(0, 'must not be negative'),
  v.maxValue(315_360_000, 'must be at most ten years'),
)
const path = v.pipe(v.string('must be a path'), v.minLength(1, 'must not be empty'))
const addresses = v.array(
  v.pipe(v.string('must be host:port'), v.regex(/^[^\s/]+:\d{1,5}$/, 'must be host:port')),
  'must be a list of host:port',
)

const absolutePaths = v.array(
  v.pipe(v.string('must be a path'), v.startsWith('/', 'must be absolute paths, as /opt/agents')),
  'must be a list of absolute paths',
)

const namedModel = v.union([path, modelSettingsSchema], 'must be the name of a model or its settings')

/** Every setting, by the name that a config file uses. */
const settings = {
  /** Folder of all state. */
  dataDir: v.optional(path, './data'),
  host: v.optional(v.pipe(v.string('must be an address'), v.minLength(1, 'must not be empty')), '127.0.0.1'),
  /** 0 picks a free one. */
  port: v.optional(port, 8787),
  adminToken: v.optional(
    v.pipe(
      v.string('must be text'),
      v.minLength(16, 'must have at least 16 characters'),
      // Anything else cannot be sent in the header `authorization`.
      v.regex(/^[\x21-\x7e]+$/, 'must be of visible ASCII characters, without spaces'),
    ),
  ),
  containment: v.optional(v.picklist(['require', 'prefer', 'off'], 'must be require, prefer or off')),
  /** Lets the server listen beyond loopback without a containment of `require`. */
  allowUncontained: v.optional(v.boolean('must be true or false'), false),
  /** Wakes handled at the same time. */
  concurrency: v.optional(
    v.pipe(
      v.number('must be a number'),
      v.integer('must be a whole number'),
      v.minValue(1, 'must be at least 1'),
      v.maxValue(10_000, 'must be at most 10000'),
    ),
    64,
  ),
  /** Longest a run takes when neither its task nor its agent says. */
  wallClockSecs: v.optional(v.pipe(secs, v.minValue(1, 'must be at least 1')), 1_800),
  /** From asking a run to stop to giving it up. */
  graceSecs: v.optional(secs, 5),
  /** Longest wait for running work when the server is told to stop; then it is interrupted, to be taken up again. */
  drainSecs: v.optional(secs, 10),
  /** Language models, by the names that agents and tasks may use. */
  models: v.optional(v.record(v.string(), modelSettingsSchema), {}),
  /** The model of runs that name none: a name among `models`, or settings. */
  defaultModel: v.optional(namedModel),
  /** Finds memories by meaning too: a name among `models`, or settings. Without it they are found by their words. */
  embeddingModel: v.optional(namedModel),
  /** Writes the bulletins of agents whose knowledge changed: a name among `models`, or settings. Without it they are rendered. */
  bulletinModel: v.optional(namedModel),
  /** The most that any run of a language model may use up. */
  budget: v.optional(agentBudgetSchema),
  /** Coding agents, by the names that tasks may use. */
  codingAgents: v.optional(v.record(v.string(), acpAgentSchema), {}),
  /** Files and folders that commands and coding agents may read, beside those of the system. */
  readOnlyPaths: v.optional(absolutePaths, []),
  /** Folders of programs that go before the system's in PATH of commands and coding agents. */
  searchPaths: v.optional(absolutePaths, []),
  /** How long a run that asked a person waits before it makes room for others; it goes on when the answer comes. */
  answerHoldSecs: v.optional(secs, 120),
  /** Longest that a rate limit of a site is waited out by itself, once; 0 leaves each to a person. */
  rateLimitWaitSecs: v.optional(secs, 0),
  /** Browsers that run at the same time. */
  maxBrowsers: v.optional(
    v.pipe(v.number('must be a number'), v.integer('must be a whole number'), v.minValue(1, 'must be at least 1')),
    2,
  ),
  /** How long the transcript of a run is kept. */
  transcriptKeepSecs: v.optional(keepSecs, 2_592_000),
  /** How long a task and its runs are kept after it ended; 0 keeps them for ever. */
  taskKeepSecs: v.optional(keepSecs, 7_776_000),
  /** How many events are kept, of all agents together; older ones can no longer be followed from. */
  eventsKept: v.optional(
    v.pipe(
      v.number('must be a number'),
      v.integer('must be a whole number'),
      v.minValue(1_000, 'must be at least 1000'),
      v.maxValue(1_000_000_000, 'must be at most 1000000000'),
    ),
    100_000,
  ),
  /** So many failed runs of an agent in a row keep it from beginning tasks for a while; 0 for never. */
  breakerFailures: v.optional(
    v.pipe(v.number('must be a number'), v.integer('must be a whole number'), v.minValue(0, 'must not be negative')),
    20,
  ),
  /** For how long, the first time. */
  breakerSecs: v.optional(v.pipe(secs, v.minValue(1, 'must be at least 1')), 900),
  /** Whether the janitor begins its rounds by itself. */
  janitor: v.optional(v.boolean('must be true or false'), false),
  janitorIntervalSecs: v.optional(v.pipe(secs, v.minValue(60, 'must be at least 60')), 86_400),
  /** Longest that the janitor looks after one agent. */
  janitorAgentSecs: v.optional(v.pipe(secs, v.minValue(1, 'must be at least 1')), 600),
  /** File that holds the master key of the secrets; without it an encrypted store is locked after each start. */
  masterKeyFile: v.optional(path),
  chromiumPath: v.optional(path),
  /** Addresses (host:port) inside the private network that the browser may open all the same. */
  browserPrivateHosts: v.optional(addresses, []),
  /** Addresses (host:port) inside the private network, or without TLS, that webhooks may have all the same. */
  webhookPrivateHosts: v.optional(addresses, []),
  logLevel: v.optional(
    v.picklist(['debug', 'info', 'warn', 'error', 'silent'], 'must be debug, info, warn, error or silent'),
    'info',
  ),
}

const configSchema = v.strictObject(settings, ({ expected }) =>
  expected === 'never' ? `is not a setting; those are ${Object.keys(settings).join(', ')}` : 'must hold an object',
)

/** The settings of the process, complete. */
export type Config = Readonly<v.InferOutput<typeof configSchema>> & {
  readonly containment: 'require' | 'prefer' | 'off'
}

type Key = keyof v.InferOutput<typeof configSchema>

const ENVIRONMENT: { readonly [name: string]: { readonly key: Key; readonly read?: (text: string) => unknown } } = {
  AGENTIC_DATA_DIR: { key: 'dataDir' },
  AGENTIC_HOST: { key: 'host' },
  AGENTIC_PORT: { key: 'port', read: readNumber },
  AGENTIC_ADMIN_TOKEN: { key: 'adminToken' },
  AGENTIC_CONTAINMENT: { key: 'containment' },
  AGENTIC_ALLOW_UNCONTAINED: { key: 'allowUncontained', read: readBoolean },
  AGENTIC_CONCURRENCY: { key: 'concurrency', read: readNumber },
  AGENTIC_WALL_CLOCK_SECS: { key: 'wallClockSecs', read: readNumber },
  AGENTIC_GRACE_SECS: { key: 'graceSecs', read: readNumber },
  AGENTIC_DRAIN_SECS: { key: 'drainSecs', read: readNumber },
  AGENTIC_MASTER_KEY_FILE: { key: 'masterKeyFile' },
  AGENTIC_MODELS: { key: 'models', read: readJson },
  AGENTIC_DEFAULT_MODEL: { key: 'defaultModel', read: readNameOrJson },
  AGENTIC_EMBEDDING_MODEL: { key: 'embeddingModel', read: readNameOrJson },
  AGENTIC_BULLETIN_MODEL: { key: 'bulletinModel', read: readNameOrJson },
  AGENTIC_BUDGET: { key: 'budget', read: readJson },
  AGENTIC_CODING_AGENTS: { key: 'codingAgents', read: readJson },
  AGENTIC_READ_ONLY_PATHS: { key: 'readOnlyPaths', read: (text) => text.split(':') },
  AGENTIC_SEARCH_PATHS: { key: 'searchPaths', read: (text) => text.split(':') },
  AGENTIC_ANSWER_HOLD_SECS: { key: 'answerHoldSecs', read: readNumber },
  AGENTIC_RATE_LIMIT_WAIT_SECS: { key: 'rateLimitWaitSecs', read: readNumber },
  AGENTIC_MAX_BROWSERS: { key: 'maxBrowsers', read: readNumber },
  AGENTIC_TRANSCRIPT_KEEP_SECS: { key: 'transcriptKeepSecs', read: readNumber },
  AGENTIC_TASK_KEEP_SECS: { key: 'taskKeepSecs', read: readNumber },
  AGENTIC_EVENTS_KEPT: { key: 'eventsKept', read: readNumber },
  AGENTIC_BREAKER_FAILURES: { key: 'breakerFailures', read: readNumber },
  AGENTIC_BREAKER_SECS: { key: 'breakerSecs', read: readNumber },
  AGENTIC_JANITOR: { key: 'janitor', read: readBoolean },
  AGENTIC_JANITOR_INTERVAL_SECS: { key: 'janitorIntervalSecs', read: readNumber },
  AGENTIC_JANITOR_AGENT_SECS: { key: 'janitorAgentSecs', read: readNumber },
  AGENTIC_CHROMIUM_PATH: { key: 'chromiumPath' },
  AGENTIC_BROWSER_PRIVATE_HOSTS: { key: 'browserPrivateHosts', read: readList },
  AGENTIC_WEBHOOK_PRIVATE_HOSTS: { key: 'webhookPrivateHosts', read: readList },
  AGENTIC_LOG_LEVEL: { key: 'logLevel' },
}

/** Thrown when settings are wrong: all that is wrong, at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`the settings are wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/** Reads the settings: the environment over the config file over the defaults. Throws {@link ConfigError}. */
export async function readConfig({ env, cwd }: ConfigSource): Promise<Config> {
  const file = await readFile(cwd)
  const fromEnv = Object.entries(env).filter(
    ([name, text]) => name.startsWith('AGENTIC_') && text !== undefined && text !== '',
  )
  const unknown = fromEnv
    .filter(([name]) => !(name in ENVIRONMENT))
    .map(([name]) => `${name}: is not a setting; those are ${Object.keys(ENVIRONMENT).join(', ')}`)
  const given: Record<string, unknown> = { ...file }
  for (const [name, text = ''] of fromEnv) {
    const setting = ENVIRONMENT[name]
    if (setting !== undefined) given[setting.key] = setting.read === undefined ? text : setting.read(text)
  }
  const parsed = v.safeParse(configSchema, given)
  if (!parsed.success) {
    throw new ConfigError([...unknown, ...parsed.issues.map((issue) => `${settingName(issue, env)}: ${issue.message}`)])
  }
  const defaultContainment = isLoopback(parsed.output.host) ? 'prefer' : 'require'
  const config: Config = { ...parsed.output, containment: parsed.output.containment ?? defaultContainment }
  const problems = [...unknown, ...namelessModels(config), ...exposureOf(config)]
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

/** Models that are named and not there. */
function namelessModels({ models, ...config }: Config): string[] {
  const keys = ['defaultModel', 'embeddingModel', 'bulletinModel'] as const
  return keys.flatMap((key) => {
    const named = config[key]
    if (typeof named !== 'string' || Object.hasOwn(models, named)) return []
    const names = Object.keys(models).toSorted().join(', ') || 'none'
    return [`${key}: must be the name of a model, of which there are ${names}`]
  })
}

/** What makes a server too open to be started without a word of its owner. */
function exposureOf({ host, containment, allowUncontained }: Config): string[] {
  if (isLoopback(host) || containment === 'require' || allowUncontained) return []
  return [
    `containment: a server on ${host} runs other people's work in reach of the network, so it must be require; set AGENTIC_ALLOW_UNCONTAINED=true to accept the risk`,
  ]
}

/** Whether only this machine can connect to a server on this address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host)
}

async function readFile(cwd: string): Promise<Record<string, unknown>> {
  try {
    const { config } = await loadConfig<Record<string, unknown>>({
      name: 'agentic',
      cwd,
      rcFile: false,
      packageJson: false,
      dotenv: false,
      giget: false,
      extend: false,
    })
    return config
  } catch (error) {
    throw new ConfigError([`agentic.config: cannot be read: ${error instanceof Error ? error.message : String(error)}`])
  }
}

/** The name under which it was given, and what inside of it: of a list, the list alone. */
function settingName(issue: v.BaseIssue<unknown>, env: ConfigSource['env']): string {
  const [key = '', ...inside] = v.getDotPath(issue)?.split('.') ?? []
  const rest = inside.filter((part) => !/^\d+$/.test(part))
  return [nameOf(key, env), ...rest].join('.')
}

function nameOf(key: string, env: ConfigSource['env']): string {
  const fromEnv = Object.keys(ENVIRONMENT).find((name) => ENVIRONMENT[name]?.key === key && (env[name] ?? '') !== '')
  return fromEnv ?? (key === '' ? 'agentic.config' : key)
}

function readNumber(text: string): unknown {
  return text.trim() === '' ? text : Number(text)
}

/** What is not JSON is passed on as it is: the schema says what it must be. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function readNameOrJson(text: string): unknown {
  return text.trimStart().startsWith('{') ? readJson(text) : text
}

function readList(text: string): unknown {
  return text.split(',').map((part) => part.trim())
}

function readBoolean(text: string): unknown {
  return text === 'true' ? true : text === 'false' ? false : text
}
