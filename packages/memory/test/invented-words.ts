/** Words of an invented language, the first ones common and the last ones rare, the same in every run. */
export function createWriter(seed: number): (words: number) => string {
  let state = seed
  const random = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
  const syllables = ['ka', 'lo', 'mi', 'ren', 'sta', 'tor', 'u', 'vel', 'wi', 'xan', 'yo', 'zer']
  const wordOf = (rank: number): string =>
    rank < 12 ? (syllables[rank] ?? '') : wordOf(Math.floor(rank / 12)) + (syllables[rank % 12] ?? '')
  return (words) => Array.from({ length: words }, () => wordOf(Math.floor(random() ** 3 * 6000))).join(' ')
}
