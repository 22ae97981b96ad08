import { all, any, type Defence, fraudDetect, header, script, text, title } from '../marker.ts'

/** Sucuri, also sold as GoDaddy website security. */
export const sucuri: Defence = {
  name: 'sucuri',
  reason: fraudDetect('sucuri'),
  markers: [
    // WhatWaf issue 1164.
    {
      id: 'block-header',
      strength: 'proof',
      says: 'response header x-sucuri-block',
      look: header('x-sucuri-block', /./),
    },
    // Titles of the block page and of its white label.
    {
      id: 'denied',
      strength: 'wall',
      says: 'title "Sucuri WebSite Firewall - Access Denied" or its GoDaddy twin',
      look: title(/^(?:sucuri website firewall|godaddy (?:website )?security) - access denied$/i),
    },
    // Challenge by script (codemanki/cloudscraper fixtures of 2016 and 2019).
    {
      id: 'script-challenge',
      strength: 'proof',
      says: "inline script of Sucuri's browser check",
      look: script(/\bsucuri_cloudproxy_js\s{0,9}=/),
    },
    // Heading of the same page.
    {
      id: 'denied-text',
      strength: 'wall',
      says: 'text "Access Denied - Sucuri Website Firewall"',
      look: text(/\baccess denied - (?:sucuri website firewall|godaddy website firewall)\b/i),
    },
    // Its 502 and 504 pages.
    {
      id: 'origin-error',
      strength: 'counter',
      says: 'Sucuri cannot reach the origin',
      look: any(
        text(/\bunable to connect to the origin server\b/i),
        all(title(/sucuri/i), text(/\bbackend or gateway connection timeout\b/i)),
      ),
    },
    // On every response of Sucuri.
    {
      id: 'fronted',
      strength: 'presence',
      says: 'Sucuri serves this site',
      look: any(header('x-sucuri-id', /./), header('server', /^sucuri/i)),
    },
  ],
}
