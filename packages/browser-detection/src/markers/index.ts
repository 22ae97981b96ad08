import type { Defence } from '../marker.ts'
import { akamai } from './akamai.ts'
import { alibaba } from './alibaba.ts'
import { amazon } from './amazon.ts'
import { anubis } from './anubis.ts'
import { awsWaf } from './aws-waf.ts'
import { azureWaf } from './azure-waf.ts'
import { cachewall } from './cachewall.ts'
import { chineseFirewalls } from './chinese-firewalls.ts'
import { cleantalk } from './cleantalk.ts'
import { cloudflare } from './cloudflare.ts'
import { cloudfront } from './cloudfront.ts'
import { datadome } from './datadome.ts'
import { ddosGuard } from './ddos-guard.ts'
import { f5 } from './f5.ts'
import { fastly } from './fastly.ts'
import { fortinet } from './fortinet.ts'
import { genericFirewall } from './generic-firewall.ts'
import { genericRateLimit } from './generic-rate-limit.ts'
import { genericRefusal } from './generic-refusal.ts'
import { goAway } from './go-away.ts'
import { google } from './google.ts'
import { haproxy } from './haproxy.ts'
import { imperva } from './imperva.ts'
import { impervaDistil } from './imperva-distil.ts'
import { imunify360 } from './imunify360.ts'
import { kasada } from './kasada.ts'
import { koreanWalls } from './korean-walls.ts'
import { linkedin } from './linkedin.ts'
import { litespeed } from './litespeed.ts'
import { modsecurity } from './modsecurity.ts'
import { namedFirewalls } from './named-firewalls.ts'
import { perimeterx } from './perimeterx.ts'
import { platforms } from './platforms.ts'
import { radware } from './radware.ts'
import { reblaze } from './reblaze.ts'
import { reddit } from './reddit.ts'
import { redshield } from './redshield.ts'
import { russianShields } from './russian-shields.ts'
import { shields } from './shields.ts'
import { shopify } from './shopify.ts'
import { siteground } from './siteground.ts'
import { stackpath } from './stackpath.ts'
import { sucuri } from './sucuri.ts'
import { terseRefusal } from './terse-refusal.ts'
import { vercel } from './vercel.ts'
import { vimeo } from './vimeo.ts'
import { waitingRooms } from './waiting-rooms.ts'
import { weibo } from './weibo.ts'
import { wordfence } from './wordfence.ts'
import { yandex } from './yandex.ts'

/** Defences that say their name, in no particular order. */
export const namedDefences: readonly Defence[] = [
  akamai,
  alibaba,
  amazon,
  anubis,
  awsWaf,
  azureWaf,
  cachewall,
  cleantalk,
  cloudflare,
  cloudfront,
  datadome,
  ddosGuard,
  f5,
  fastly,
  fortinet,
  goAway,
  google,
  haproxy,
  imperva,
  impervaDistil,
  imunify360,
  kasada,
  linkedin,
  litespeed,
  modsecurity,
  perimeterx,
  radware,
  reblaze,
  reddit,
  redshield,
  shopify,
  siteground,
  stackpath,
  sucuri,
  vercel,
  vimeo,
  weibo,
  wordfence,
  yandex,
  ...shields,
  ...namedFirewalls,
  ...platforms,
  ...chineseFirewalls,
  ...russianShields,
  ...koreanWalls,
  ...waitingRooms,
]

/** Asked only where no named defence, captcha or login explains the page. */
export const genericDefences: readonly Defence[] = [genericRateLimit, genericFirewall, genericRefusal, terseRefusal]
