import type { SecretCategory, SecretScope } from './secret-scope.ts'

/** Credentials of model providers and of the instance itself, by their customary names. */
const SYSTEM_NAMES: ReadonlySet<string> = new Set([
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'AZURE_OPENAI_API_KEY',
  'BRAVE_SEARCH_API_KEY',
  'CEREBRAS_API_KEY',
  'COHERE_API_KEY',
  'DEEPSEEK_API_KEY',
  'FIREWORKS_API_KEY',
  'GEMINI_API_KEY',
  'GITHUB_COPILOT_API_KEY',
  'GOOGLE_API_KEY',
  'GROQ_API_KEY',
  'KILO_API_KEY',
  'MINIMAX_API_KEY',
  'MINIMAX_CN_API_KEY',
  'MISTRAL_API_KEY',
  'MOONSHOT_API_KEY',
  'NVIDIA_API_KEY',
  'OLLAMA_API_KEY',
  'OPENAI_API_KEY',
  'OPENCODE_GO_API_KEY',
  'OPENCODE_ZEN_API_KEY',
  'OPENROUTER_API_KEY',
  'PERPLEXITY_API_KEY',
  'SAMBANOVA_API_KEY',
  'SIGNAL_ACCOUNT',
  'SIGNAL_HTTP_URL',
  'TOGETHER_API_KEY',
  'WEBHOOK_AUTH_TOKEN',
  'XAI_API_KEY',
  'ZAI_CODING_PLAN_API_KEY',
  'ZHIPU_API_KEY',
])

/** Credentials of messaging services: `SLACK_BOT_TOKEN`, and of a named instance of one, `SLACK_SALES_BOT_TOKEN`. */
const SYSTEM_PATTERNS: readonly RegExp[] = [
  /^DISCORD_(?:.+_)?BOT_TOKEN$/,
  /^EMAIL_(?:.+_)?(?:IMAP|SMTP)_(?:USERNAME|PASSWORD)$/,
  /^MATTERMOST_(?:.+_)?(?:TOKEN|BASE_URL)$/,
  /^SLACK_(?:.+_)?(?:APP|BOT)_TOKEN$/,
  /^TELEGRAM_(?:.+_)?BOT_TOKEN$/,
  /^TWITCH_(?:.+_)?(?:OAUTH_TOKEN|CLIENT_ID|CLIENT_SECRET|REFRESH_TOKEN)$/,
  /^AGENTIC_/,
]

/**
 * Says which category a secret gets when nobody says. Well-known names of the host's own credentials are `system`
 * everywhere. Of others, shared ones are `system` too, because what nobody thought about must not reach every worker;
 * an agent's own are `tool`, since a `system` secret cannot be an agent's.
 */
export function autoCategory(scope: SecretScope, name: string): SecretCategory {
  const upper = name.toUpperCase()
  if (SYSTEM_NAMES.has(upper) || SYSTEM_PATTERNS.some((pattern) => pattern.test(upper))) return 'system'
  return scope.type === 'agent' ? 'tool' : 'system'
}
