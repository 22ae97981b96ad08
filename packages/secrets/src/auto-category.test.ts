import { expect, test } from 'vitest'
import { autoCategory } from './auto-category.ts'
import { agentScope, INSTANCE_SHARED } from './secret-scope.ts'

const alice = agentScope('alice')

test.for([
  'ANTHROPIC_API_KEY',
  'openai_api_key',
  'Gemini_Api_Key',
  'AZURE_OPENAI_API_KEY',
  'SIGNAL_ACCOUNT',
  'DISCORD_BOT_TOKEN',
  'DISCORD_MY-BOT_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'slack_sales_bot_token',
  'TELEGRAM_BOT_TOKEN',
  'TWITCH_REFRESH_TOKEN',
  'EMAIL_IMAP_PASSWORD',
  'EMAIL_WORK_SMTP_USERNAME',
  'MATTERMOST_BASE_URL',
  'WEBHOOK_AUTH_TOKEN',
  'AGENTIC_ADMIN_TOKEN',
])('P4 a credential of the host is system in any scope: %s', (name) => {
  expect(autoCategory(INSTANCE_SHARED, name)).toBe('system')
  expect(autoCategory(alice, name)).toBe('system')
})

test.for(['GH_TOKEN', 'DISCORD__BOT_TOKENS', 'MY_OPENAI_API_KEY', 'EMAIL_PASSWORD', 'SLACKBOT_TOKEN', 'toString'])(
  'P4 defect i: what nobody knows is system when shared, and a tool when an agent has it: %s',
  (name) => {
    expect(autoCategory(INSTANCE_SHARED, name)).toBe('system')
    expect(autoCategory(alice, name)).toBe('tool')
  },
)
