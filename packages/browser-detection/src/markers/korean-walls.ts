import { all, any, captcha, type Defence, fraudDetect, id, text, title } from '../marker.ts'

/** Firewalls and walls of single sites of Korea. */
export const koreanWalls: readonly Defence[] = [
  {
    name: 'wapples',
    reason: fraudDetect('wapples'),
    markers: [
      // Penta Security's firewall names itself in the title of its notice.
      { id: 'alert', strength: 'wall', says: 'title "WAPPLES alert message"', look: title(/^wapples alert/i) },
    ],
  },
  {
    name: 'naver',
    reason: captcha('naver'),
    markers: [
      // Its gate before shops and search: the title, and the field for the answer to a picture of a receipt.
      {
        id: 'receipt',
        strength: 'wall',
        says: 'gate of Naver with a question about a receipt',
        look: all(any(id('rcpt_answer'), id('rcpt_img')), any(title(/보안 확인/), text(/보안 확인/))),
      },
      // Text of its refusal, with status 418 or 429.
      {
        id: 'network',
        strength: 'wall',
        says: 'text that the network of the visitor was limited for a while',
        look: text(/해당 네트워크의 접속을 일시적으로 제한/),
        reason: fraudDetect('naver'),
      },
    ],
  },
]
