/** Drops the fields that are `undefined`, so that what a call answers equals what is read back later. */
export function present<Fields extends object>(fields: Fields): Fields {
  const kept: Partial<Fields> = {}
  // A plain loop: this runs for every change of a task, and entries of objects cost several times as much.
  for (const name of Object.keys(fields) as (keyof Fields)[]) {
    if (fields[name] !== undefined) kept[name] = fields[name]
  }
  return kept as Fields
}
