/** The value below which a part of the numbers lies; NaN of none. */
export function quantileOf(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN
}

export const medianOf = (numbers: readonly number[]): number => quantileOf(numbers, 0.5)
