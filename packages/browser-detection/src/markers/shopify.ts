import { type Defence, rateLimit, text } from '../marker.ts'

/** Shopify's shops: a rate limit that need not say 429. */
export const shopify: Defence = {
  name: 'shopify',
  reason: rateLimit,
  markers: [
    // Text of its shops' page "Page temporarily unavailable".
    {
      id: 'large-amounts',
      strength: 'wall',
      says: 'text "a device from your location is sending large amounts of web requests"',
      look: text(/\ba device from your location is sending large amounts of web requests\b/i),
    },
  ],
}
