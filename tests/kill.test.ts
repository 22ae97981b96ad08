import { expect, onTestFailed, test } from 'vitest'
import { playKillStory } from './kill-story/story.ts'

const ROUNDS = Number(process.env['KILL_ROUNDS'] ?? 30)
const SEED = Number(process.env['KILL_SEED'] ?? Date.now() % 1_000_000)

test(
  'P8 P12 P13 P14 P16 P19 whatever is killed and whenever, nothing acknowledged is lost and nothing is done twice',
  {
    timeout: 180_000,
  },
  async () => {
    onTestFailed(() => void process.stderr.write(`repeat with KILL_SEED=${SEED} KILL_ROUNDS=${ROUNDS}\n`))
    const { lostRuns } = await playKillStory({ rounds: ROUNDS, seed: SEED })
    // Else this told nothing.
    expect(lostRuns).toBeGreaterThan(ROUNDS / 3)
  },
)
