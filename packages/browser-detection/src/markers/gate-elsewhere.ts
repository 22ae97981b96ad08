import {
  all,
  any,
  captcha,
  element,
  emptier,
  fraudDetect,
  type Marker,
  none,
  sharedText,
  status,
  text,
  title,
} from '../marker.ts'
import { ASKS_NOTHING_ELSE, HAS_NO_PRODUCT, OFFERS_NO_CHOICE } from './generic-gate.ts'
import {
  checkingNow,
  DETECTED,
  FORWARD,
  GATE,
  GATE_TITLE,
  LABEL,
  PROVE_HUMAN,
  PROXY_REFUSED,
  REFUSING_TITLE,
  saidByWalls,
  saysTooMany,
  saysUnusual,
  SWITCH_OFF,
  unusualFromYou,
} from './looks-elsewhere.ts'
import { LINE, NOTICE } from './page-frames.ts'

/** There is something to press, or something that checks by itself. It makes no more than words of the words beside it. */
const CAN_GO_ON = none(
  none(
    element('button', '', /^/),
    element('script', '', /^/),
    element('form', '', /^/),
    element('iframe', '', /^/),
    element('input', 'type', /^(?:button|submit)$/i),
  ),
)

/** What is asked before something is sent is about a form. */
const BEFORE_SENDING = none(
  text(
    /\b(?:absend|abschick|envoyer|enviar|inviare|verzend|wyśl|odeslání|odešl|skicka|trimite|mengirim|küldés)|отправ|надсил|göndermeden|提交|送出|送信|보내기|ارسال|الإرسال|trước khi gửi|ก่อนส่ง|भेजने|αποστολή/i,
  ),
)

/** Gates in other languages than English, by what they say and by what else the page has. */
export const gateMarkersElsewhere: readonly Marker[] = [
  // "Confirm that you are no robot", over something to press.
  {
    id: 'prove-human-elsewhere',
    strength: 'wall',
    says: 'page that only asks the visitor to prove to be human, in another language than English',
    look: all(
      NOTICE,
      any(
        all(
          any(
            emptier(40, 160),
            all(LINE, CAN_GO_ON),
            // "… to continue", or "we have seen unusual traffic": then a form cannot be meant.
            any(text(FORWARD), saysUnusual, title(GATE_TITLE)),
          ),
          any(sharedText(PROVE_HUMAN), all(LINE, CAN_GO_ON, text(/captcha|капч/i), text(FORWARD))),
        ),
        all(LINE, CAN_GO_ON, text(LABEL)),
      ),
      ASKS_NOTHING_ELSE,
      OFFERS_NO_CHOICE,
      HAS_NO_PRODUCT,
      BEFORE_SENDING,
    ),
    reason: fraudDetect('unknown'),
  },
  // "Drag the slider to the right", where the page has nothing to set by it.
  {
    id: 'slider-elsewhere',
    strength: 'wall',
    says: 'page that only asks to drag a slider, in another language than English',
    look: all(
      LINE,
      ASKS_NOTHING_ELSE,
      OFFERS_NO_CHOICE,
      HAS_NO_PRODUCT,
      none(element('input', 'type', /^range$/i)),
      text(
        /(?:拖动|拖動|滑动|滑動|移动).{0,8}(?:滑块|滑塊|滑条).{0,10}(?:验证|驗證|拼图|拼圖|最右)|スライダーを[^。]{0,12}(?:ドラッグ|移動|スライド)|\bgeser untuk menyelesaikan|kéo thanh trượt [^.]{0,16}(?:ghép|xác)|передвиньте ползунок|슬라이더를[^.]{0,12}(?:밀어|끌어|드래그)[^.]{0,16}(?:완성|인증|퍼즐|맞추)|เลื่อน[^.]{0,12}(?:จิ๊กซอว์|ยืนยัน)|\bdesliza [^.]{0,20}(?:rompecabezas|puzzle)|\bdeslize [^.]{0,20}(?:quebra|puzzle)|\bfaites glisser [^.]{0,30}puzzle|\bschieben sie [^.]{0,30}puzzle|\bkaydırarak (?:doğrula|tamamla)/i,
      ),
    ),
    reason: captcha('unknown'),
  },
  // "Checking your browser … please wait", what a check by a script says while it runs.
  {
    id: 'checking-now-elsewhere',
    strength: 'wall',
    says: 'text that the browser is being checked right now, in another language than English',
    look: all(LINE, ASKS_NOTHING_ELSE, checkingNow),
    reason: fraudDetect('unknown'),
  },
  // "We have seen unusual traffic from your network".
  {
    id: 'unusual-from-you-elsewhere',
    strength: 'wall',
    says: "text about unusual activity from the visitor's network, in another language than English",
    look: all(NOTICE, unusualFromYou),
    reason: fraudDetect('unknown'),
  },
  // "The requests from your address look like those of a program".
  {
    id: 'sentence-elsewhere',
    strength: 'wall',
    says: 'sentence that only walls say, in another language than English',
    look: all(NOTICE, saidByWalls),
    reason: fraudDetect('unknown'),
  },
  // "Too many requests; prove that you are no robot".
  {
    id: 'too-many-and-gate-elsewhere',
    strength: 'wall',
    says: 'text about too many requests and about humans and robots, in another language than English',
    look: all(NOTICE, saysTooMany, text(GATE), ASKS_NOTHING_ELSE, OFFERS_NO_CHOICE, HAS_NO_PRODUCT),
    reason: fraudDetect('unknown'),
  },
  // "Switch off your VPN", where something else refuses.
  {
    id: 'proxy-elsewhere',
    strength: 'wall',
    says: 'refusal of a VPN or proxy, in another language than English',
    look: all(
      NOTICE,
      any(text(SWITCH_OFF), text(PROXY_REFUSED)),
      any(status(401, 403, 405, 406, 418, 429, 451, 498, 503), title(REFUSING_TITLE), text(DETECTED)),
    ),
    reason: fraudDetect('unknown'),
  },
  // "Security check" as all of a title. Banks call a code by message the same.
  {
    id: 'gate-title-elsewhere',
    strength: 'hint',
    says: 'title that is nothing but the name of a check, in another language than English',
    look: all(title(GATE_TITLE), ASKS_NOTHING_ELSE),
    reason: fraudDetect('unknown'),
  },
]
