/** The `reason` of a run's signal when its lease was lost: another claim may already work on the task. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError'
  readonly code = 'LEASE_LOST'

  constructor() {
    super('the lease of the run was lost: what it still does counts for nothing')
  }
}

/** The `reason` of a run's signal when the process stops before the run is done; what its wake then rejects with. */
export class RunInterruptedError extends Error {
  override readonly name = 'RunInterruptedError'
  readonly code = 'RUN_INTERRUPTED'

  constructor() {
    super('the process is stopping; the task is taken up again by the next one')
  }
}
