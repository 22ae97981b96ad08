import * as v from 'valibot'

/** An address that may be opened. */
export const webUrl: v.GenericSchema<string> = v.pipe(
  v.string('must be a text'),
  v.maxLength(8192, 'must be at most 8192 characters long'),
  v.check((url) => /^https?:$/.test(URL.parse(url)?.protocol ?? ''), 'must be an address of http: or https:'),
)
