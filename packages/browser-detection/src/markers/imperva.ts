import { all, any, cookie, type Defence, element, emptier, fraudDetect, header, text, title } from '../marker.ts'

/** Imperva (Incapsula). */
export const imperva: Defence = {
  name: 'imperva',
  reason: fraudDetect('imperva'),
  markers: [
    // crawlee's selector; the script of the same name is on ordinary pages.
    {
      id: 'resource-frame',
      strength: 'proof',
      says: 'frame from /_Incapsula_Resource',
      look: element('iframe', 'src', /\/_Incapsula_Resource\b/i),
    },
    // Text inside and beside that frame.
    {
      id: 'incident',
      strength: 'wall',
      says: 'text "Incapsula incident ID"',
      look: text(/\bincapsula incident id\b/i),
    },
    // is-antibot issue 60: a near-empty body around the script, which is a sensor on ordinary pages.
    {
      id: 'challenge-script',
      strength: 'wall',
      says: 'page that is nothing but a script from /_Incapsula_Resource',
      look: all(element('script', 'src', /\/_Incapsula_Resource\?SWJIYLWA=/i), title(/^$/), emptier(15, 20)),
    },
    // Footer of its refusal page since 2021.
    {
      id: 'error-code',
      strength: 'hint',
      says: 'text "Powered by Imperva" with an error code',
      look: text(/\berror code:? ?\d{1,2}\b.{0,200}\bpowered by imperva\b/i),
    },
    // is-antibot issue 60: on every response of Imperva.
    {
      id: 'fronted',
      strength: 'presence',
      says: 'Imperva serves this site',
      look: any(
        header('x-iinfo', /./),
        header('x-cdn', /imperva|incapsula/i),
        cookie(/^(?:visid_incap_|incap_ses_|reese84)/),
      ),
    },
    // On 28 ordinary pages of a corpus of 3,633.
    {
      id: 'sensor',
      strength: 'presence',
      says: "Imperva's sensor script runs on the page",
      look: element('script', 'src', /\/_Incapsula_Resource\?/i),
    },
  ],
}
