import { playKillStory, type StoryReport } from '../../tests/kill-story/story.ts'
import { showProgress } from './progress.ts'

export interface FaultsOptions {
  /** How many servers are killed under load. */
  readonly kills: number
  readonly seed: number
}

/** Kills a real server under load so many times, and looks from the outside whether all that was promised holds. */
export async function killUnderLoad({ kills, seed }: FaultsOptions): Promise<StoryReport> {
  process.stderr.write(`the seed is ${seed}: repeat with --seed ${seed} --kills ${kills}\n`)
  const progress = showProgress('killing servers', kills)
  const report = await playKillStory({ rounds: kills, seed, onRound: (round) => progress.at(round) })
  progress.end()
  return report
}
