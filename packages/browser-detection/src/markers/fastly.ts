import { all, any, type Defence, element, fraudDetect, header, status, text, title } from '../marker.ts'

/** Fastly and its next-generation firewall (Signal Sciences). */
export const fastly: Defence = {
  name: 'fastly',
  reason: fraudDetect('fastly'),
  markers: [
    // Fastly's bot management, seen at pypi.org, springer.com and bandcamp.com since 2024: path of its assets.
    {
      id: 'client-challenge',
      strength: 'proof',
      says: 'script or style from /_fs-ch-…/',
      look: any(element('script', 'src', /\/_fs-ch-[\w-]{0,40}\//), element('link', 'href', /\/_fs-ch-[\w-]{0,40}\//)),
    },
    // Title of the same page.
    {
      id: 'client-challenge-title',
      strength: 'hint',
      says: 'title "Client Challenge"',
      look: title(/^client challenge$/i),
    },
    // Text of the same page, for visitors whose scripts did not come.
    {
      id: 'client-challenge-text',
      strength: 'hint',
      says: 'text "A required part of this site couldn\'t load"',
      look: text(/\ba required part of this site couldn['’]t load\b/i),
    },
    // docs.fastly.com, next-gen WAF: blocks with 406 unless told otherwise.
    {
      id: 'not-acceptable',
      strength: 'wall',
      says: 'status 406 with a Signal Sciences header',
      look: all(
        status(403, 406),
        any(
          header('x-sigsci-requestid', /./),
          header('x-sigsci-tags', /./),
          header('x-sigsci-agentresponse', /^40[36]$/),
        ),
      ),
    },
    // The same answer without its headers.
    {
      id: 'not-acceptable-page',
      strength: 'hint',
      says: 'page "406 Not Acceptable"',
      look: all(title(/^(?:406 )?not acceptable!?$/i), status(406)),
    },
    // docs.fastly.com: a domain that no service claims.
    {
      id: 'unknown-domain',
      strength: 'counter',
      says: 'Fastly does not know the domain',
      look: text(/\bfastly error: unknown domain\b/i),
    },
  ],
}
