import { type Defence, fraudDetect, header, text, title } from '../marker.ts'

/** Cachewall, a Varnish firewall for hosting panels. */
export const cachewall: Defence = {
  name: 'cachewall',
  reason: fraudDetect('cachewall'),
  markers: [
    // Text of its refusals, collected by a crawler's keepers in 2023.
    {
      id: 'security-by',
      strength: 'hint',
      says: 'text "security by Cachewall"',
      look: text(/\bsecurity by cachewall\b/i),
    },
    // WhatWaf issue 109.
    {
      id: 'action-header',
      strength: 'proof',
      says: 'response header x-cachewall-action',
      look: header('x-cachewall-action', /^\s{0,9}(?:challenge|deny|block)/i),
    },
    // Title of the page in the same issue.
    { id: 'title', strength: 'hint', says: 'title "Security Challenge"', look: title(/^security challenge$/i) },
    // Header of the response in the same issue.
    {
      id: 'reason-header',
      strength: 'hint',
      says: 'response header x-cachewall-reason',
      look: header('x-cachewall-reason', /denied/i),
    },
  ],
}
