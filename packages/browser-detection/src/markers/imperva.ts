import {
  all,
  any,
  captcha,
  cookie,
  type Defence,
  element,
  emptier,
  fraudDetect,
  header,
  text,
  title,
} from '../marker.ts'

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
    // Its error pages since 2021 give 15 and 16 for requests that a rule stopped; the others report the origin.
    {
      id: 'refusing-code',
      strength: 'wall',
      says: 'Imperva error page with a number that means refused (15, 16)',
      look: all(
        text(/\berror code:? ?1[56]\b|\bthis request was blocked by our security service\b/i),
        text(/\bimperva\b/i),
      ),
    },
    // The same footer under a captcha.
    {
      id: 'security-check',
      strength: 'wall',
      says: 'text "Additional security check is required" of Imperva',
      look: all(text(/\badditional security check is required\b/i), text(/\b(?:imperva|incapsula|incident id)\b/i)),
      reason: captcha('imperva'),
    },
    // Footer of its refusal page since 2021.
    {
      id: 'error-code',
      strength: 'hint',
      says: 'text "Powered by Imperva" on an otherwise empty page',
      look: text(/\bpowered by (?:imperva|incapsula)\b/i),
    },
    // docs.imperva.com, "Cloud WAF error pages and codes": what is wrong is between Imperva and the origin.
    {
      id: 'origin-error',
      strength: 'counter',
      says: 'Imperva error page with a number about the origin, not about the visitor',
      look: all(
        text(/\berror code:? ?(?:[1-9]|1[0-47-9]|2\d|3\d)\b|\bthe proxy failed to connect to the web server\b/i),
        text(/\b(?:imperva|incapsula)\b/i),
      ),
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
