import { all, any, captcha, className, type Defence, element, title, url } from '../marker.ts'

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
    // Box of the gate, which SmartCaptcha on other sites does not have.
    {
      id: 'checkbox',
      strength: 'wall',
      says: 'title "Are you not a robot?" with the box of the gate',
      look: all(
        any(className('CheckboxCaptcha'), className('AdvancedCaptcha')),
        title(/^(?:вы не робот|are you not a robot|ой|oops)/i),
      ),
    },
  ],
}
