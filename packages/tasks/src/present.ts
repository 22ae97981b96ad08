/** Drops the fields that are `undefined`, so that what a call answers equals what is read back later. */
export function present<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields
}
