import { all, any, type Defence, element, emptier, fraudDetect, id, script, text } from '../marker.ts'

/** Shields of Russian networks and hosts, by what only their own pages carry. */
export const russianShields: readonly Defence[] = [
  {
    name: 'servicepipe',
    reason: fraudDetect('servicepipe'),
    markers: [
      // Its check: the path of its script, the function that writes its cookie, the box of its captcha.
      {
        id: 'check',
        strength: 'wall',
        says: 'page that is nothing but the check of Servicepipe',
        look: all(
          any(
            element('script', 'src', /^\/exhkqyad/),
            script(/\bget_cookie_spsc_encrypted_part\b/),
            id('id_captcha_frame_div'),
          ),
          emptier(40, 300),
        ),
      },
    ],
  },
  {
    name: 'beget',
    reason: fraudDetect('beget'),
    markers: [
      // The host's check of new visitors: a cookie that a script sets before it loads the page again.
      {
        id: 'cookie',
        strength: 'wall',
        says: 'empty page whose script sets the cookie beget',
        look: all(script(/\bdocument\.cookie\s{0,3}=\s{0,3}['"]beget=begetok/), emptier(15, 100)),
      },
    ],
  },
  {
    name: 'antibot-cloud',
    reason: fraudDetect('antibot-cloud'),
    markers: [
      // antibot.cloud: buttons in colours, of which a person presses the one that is alike.
      {
        id: 'colours',
        strength: 'wall',
        says: 'text that asks to press the button of a similar colour',
        look: text(
          /нажмите (?:на )?(?:кнопку )?(?:с )?похож\S{1,3} цвет|\bclick on (?:the )?(?:button|one) (?:with|of) (?:a |the )?similar colou?r/i,
        ),
      },
    ],
  },
]
