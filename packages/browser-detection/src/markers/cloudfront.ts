import { all, type Defence, fraudDetect, header, none, text } from '../marker.ts'

/** Amazon CloudFront: its refusals, apart from its reports on a sick origin. */
export const cloudfront: Defence = {
  name: 'cloudfront',
  reason: fraudDetect('cloudfront'),
  markers: [
    // The first sentence alone is on "Bad request" and origin errors too.
    {
      id: 'request-blocked',
      strength: 'wall',
      says: 'texts "The request could not be satisfied" and "Request blocked."',
      look: all(text(/\bthe request could not be satisfied\b/i), text(/\brequest blocked\./i)),
    },
    // docs.aws.amazon.com/cloudfront, geographic restrictions.
    {
      id: 'country',
      strength: 'wall',
      says: 'text "configured to block access from your country"',
      look: text(/\bcloudfront distribution is configured to block access from your country\b/i),
    },
    // "Bad request" and origin errors share the page and its sentence about too much traffic.
    {
      id: 'other-error',
      strength: 'counter',
      says: 'CloudFront error page that does not say "Request blocked."',
      look: all(
        text(/\bthe request could not be satisfied\b/i),
        none(text(/\brequest blocked\.|\bblock access from your country\b/i)),
      ),
    },
    // On every response of CloudFront.
    {
      id: 'fronted',
      strength: 'presence',
      says: 'CloudFront serves this site',
      look: header('via', /\bCloudFront\b/i),
    },
  ],
}
