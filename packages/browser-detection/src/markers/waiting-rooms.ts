import { all, type Defence, element, emptier, none, rateLimit, script, text, title, url } from '../marker.ts'

/**
 * Waiting rooms hold visitors back while a site is full. They are rate limits: waiting gets through, a person's answer does not.
 * A queue that a page speaks of is none; the room is known by its vendor.
 */
export const waitingRooms: readonly Defence[] = [
  {
    name: 'queue-it',
    reason: rateLimit,
    markers: [
      // queue-it.com/developers: visitors wait at a host of the vendor.
      {
        id: 'address',
        strength: 'proof',
        says: 'the page is at a host of queue-it.net',
        look: url({ host: /\.queue-it\.net$/i, query: /[?&]c=/ }),
      },
      // Scripts of the room itself; those of the connector on ordinary pages have other names.
      {
        id: 'room',
        strength: 'wall',
        says: "script of Queue-it's waiting room, with its words",
        look: all(
          element('script', 'src', /\bqueue-it\.net\//i),
          text(
            /\b(?:you are now in line|your (?:estimated|expected) wait time|number of users? in (?:line|queue)|when it is your turn)\b/i,
          ),
        ),
      },
    ],
  },
  {
    name: 'waiting-room',
    reason: rateLimit,
    markers: [
      // Rooms of any maker: the visitor stands in line now, and the page says for how long.
      {
        id: 'in-line',
        strength: 'wall',
        says: 'text that the visitor is in line now, and how long the wait is',
        look: all(
          emptier(80, 900),
          text(
            /\byou(?:['’]re| are) (?:now |currently )?in (?:line|the (?:virtual )?(?:queue|waiting room|line))\b|\byou are now in line\b|\b(?:people|shoppers|users|visitors|fans|customers) (?:are )?(?:ahead of|in front of) you\b/i,
          ),
          text(
            /\b(?:estimated|expected) wait(?:ing)?(?: time)?\b|\byour (?:number|place|position) in (?:the )?(?:line|queue)\b|\bwhen it(?:['’]s| is) your turn\b|\byour turn will come\b|\bdo not (?:refresh|close|leave)\b|\bkeep (?:this|your) (?:page|tab|browser|window) open\b|\bstay on this page\b|\bautomatically (?:refresh|redirect|be (?:redirected|admitted|let in|taken))/i,
          ),
          // Counters, telephones and games have lines, too: this one is for a page.
          text(
            /\b(?:page|browser|window|tab|site|website|shop|store|checkout|redirected|refresh|this service)\b|\byour number in line\b/i,
          ),
          none(
            text(/\b(?:invite|support (?:agent|team)|chat|an agent|representative|call|seat|build|game|players?)\b/i),
          ),
        ),
      },
      // CrowdHandler, NetFunnel and others: the title names the room, the text the place in it.
      {
        id: 'place-in-line',
        strength: 'hint',
        says: 'page that says how long the visitor waits in line',
        look: all(
          title(/\b(?:waiting room|virtual queue|you are in (?:the )?(?:line|queue)|queue)\b/i),
          text(
            /\b(?:this page will (?:automatically )?refresh|do not (?:close|refresh) (?:this|your) (?:page|browser|window))\b/i,
          ),
          text(/\b(?:in line|queue|wait(?:ing)? time|waiting room)\b/i),
        ),
      },
      // Korean rooms of the same kind.
      {
        id: 'netfunnel',
        strength: 'wall',
        says: 'script of a NetFunnel waiting room',
        look: all(script(/\bNetFunnel\b/), text(/대기|waiting/i)),
      },
    ],
  },
]
