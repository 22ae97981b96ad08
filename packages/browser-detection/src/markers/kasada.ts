import { all, any, type Defence, element, emptier, fraudDetect, header, script, status } from '../marker.ts'

/** Kasada. Challenges with 429, which no waiting cures. */
export const kasada: Defence = {
  name: 'kasada',
  reason: fraudDetect('kasada'),
  markers: [
    // The challenge is a page that holds nothing but this.
    {
      id: 'challenge-page',
      strength: 'wall',
      says: 'page that is nothing but a script that sets window.KPSDK',
      look: all(script(/\bwindow\.KPSDK\s{0,9}=/), emptier(12, 60)),
    },
    // The two identifiers of the script's address are Kasada's own; the SDK on ordinary pages is p.js.
    {
      id: 'challenge-script',
      strength: 'wall',
      says: 'page that is nothing but a script ips.js under two identifiers',
      look: all(element('script', 'src', /\/[\da-f-]{36}\/[\da-f-]{36}\/ips\.js\b/i), emptier(12, 60)),
    },
    // is-antibot's provider table: 429 with these headers.
    {
      id: 'challenge-header',
      strength: 'proof',
      says: 'status 429 with a header x-kpsdk',
      look: all(status(429), any(header('x-kpsdk-ct', /./), header('x-kpsdk-r', /./), header('x-kpsdk-im', /./))),
    },
    // The SDK on ordinary pages (is-antibot).
    {
      id: 'watched',
      strength: 'presence',
      says: 'Kasada watches this site',
      look: any(header('x-kpsdk-ct', /./), script(/\bKPSDK\b/)),
    },
  ],
}
