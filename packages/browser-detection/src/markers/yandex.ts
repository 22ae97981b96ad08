import { captcha, type Defence, element, url } from '../marker.ts'

const YANDEX_HOST = /(?:^|\.)(?:yandex\.[a-z]{2,3}(?:\.[a-z]{2})?|ya\.ru)$/i

/** Yandex's own gate. */
export const yandex: Defence = {
  name: 'yandex',
  reason: captcha('yandex'),
  markers: [
    // yandex.com/support, "Why am I seeing a captcha": address of the gate.
    {
      id: 'address',
      strength: 'proof',
      says: 'the page is at /showcaptcha of a Yandex host',
      look: url({ host: YANDEX_HOST, path: /^\/(?:show|check)captcha/i }),
    },
    // Form of the gate.
    {
      id: 'form',
      strength: 'wall',
      says: 'form that posts to /checkcaptcha',
      look: element('form', 'action', /\/checkcaptcha(?:fast)?\?/i),
    },
  ],
}
