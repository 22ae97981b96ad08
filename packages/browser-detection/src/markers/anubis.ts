import { all, any, type Defence, element, fraudDetect, id, text, title } from '../marker.ts'

/** Anubis, the proof-of-work gate of TecharoHQ. */
export const anubis: Defence = {
  name: 'anubis',
  reason: fraudDetect('anubis'),
  markers: [
    // Page for those that a rule refuses, same repository (web/index.templ).
    {
      id: 'refused',
      strength: 'wall',
      says: 'title "Oh noes!" of a page that Anubis protects',
      look: all(title(/^oh noes!$/i), text(/\bprotected by\b.{0,20}\banubis\b/i)),
    },
    // Its footer, which only its own pages carry together with its picture.
    {
      id: 'picture',
      strength: 'wall',
      says: 'picture from /.within.website/x/cmd/anubis/',
      look: element('img', 'src', /\/\.within\.website\/x\/cmd\/anubis\//i),
    },
    // github.com/TecharoHQ/anubis: data of the challenge, and the assets of its own page.
    { id: 'challenge-data', strength: 'proof', says: 'script element #anubis_challenge', look: id('anubis_challenge') },
    // Path of its assets, same repository.
    {
      id: 'assets',
      strength: 'wall',
      says: 'script from /.within.website/x/cmd/anubis/',
      look: any(
        element('script', 'src', /\/\.within\.website\/x\/cmd\/anubis\//i),
        element('link', 'href', /\/\.within\.website\/x\/cmd\/anubis\//i),
      ),
    },
    // Title of its page, same repository.
    {
      id: 'title',
      strength: 'wall',
      says: 'title "Making sure you\'re not a bot!"',
      look: title(/^making sure you(?:'|’)re not a bot!?$/i),
    },
  ],
}
