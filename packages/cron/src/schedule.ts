/** When something is due. Plain data that can be stored. */
export type Schedule =
  /** At the wall-clock times of a cron expression, in a time zone by its IANA name. */
  | { readonly type: 'cron'; readonly expression: string; readonly timeZone: string }
  /** At `anchorMs` and every `everyMs` before and after it, whatever the wall clocks do. */
  | {
      readonly type: 'interval'
      readonly everyMs: number
      /**
       * Epoch milliseconds.
       * @default 0
       */
      readonly anchorMs?: number | undefined
    }
  /** At one instant, in epoch milliseconds. */
  | { readonly type: 'once'; readonly atMs: number }
