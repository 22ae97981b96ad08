import { any, type Defence, element, fraudDetect, title } from '../marker.ts'

/** go-away, the gate of gammaspectra.live. */
export const goAway: Defence = {
  name: 'go-away',
  reason: fraudDetect('go-away'),
  markers: [
    // git.gammaspectra.live/git/go-away: path of its assets and challenges.
    {
      id: 'assets',
      strength: 'proof',
      says: 'address under /.well-known/…/go-away/cmd/go-away/',
      look: any(
        element('link', 'href', /\/\.well-known\/[^?#]{0,80}\/go-away\/cmd\/go-away\//i),
        element('script', 'src', /\/\.well-known\/[^?#]{0,80}\/go-away\/cmd\/go-away\//i),
        element('meta', 'content', /[?&]__goaway_challenge=/i),
      ),
    },
    // Title of its page, same repository.
    {
      id: 'title',
      strength: 'wall',
      says: 'title "Checking you are not a bot"',
      look: title(/^checking you are not a bot$/i),
    },
  ],
}
