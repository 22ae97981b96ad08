import type { ScriptedModelServer } from '../../../packages/worker/test/scripted-model-server.ts'

/** Settings of a server whose default model is a scripted one, with more settings of that model if it needs them. */
export function modelEnv({ baseUrl }: Pick<ScriptedModelServer, 'baseUrl'>, more: object = {}) {
  const scripted = { provider: 'openai-compatible', model: 'scripted', baseUrl, ...more }
  return { AGENTIC_MODELS: JSON.stringify({ scripted }), AGENTIC_DEFAULT_MODEL: 'scripted' }
}
