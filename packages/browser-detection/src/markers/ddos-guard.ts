import { any, cookie, type Defence, element, fraudDetect, header, title } from '../marker.ts'

/** DDoS-Guard. */
export const ddosGuard: Defence = {
  name: 'ddos-guard',
  reason: fraudDetect('ddos-guard'),
  markers: [
    // FlareSolverrSharp's title, with status 403.
    { id: 'title', strength: 'wall', says: 'title "DDOS-GUARD"', look: title(/^ddos-guard$/i) },
    // Path of the scripts of its check, same source.
    {
      id: 'challenge-path',
      strength: 'wall',
      says: 'script or form from /.well-known/ddos-guard/',
      look: any(
        element('script', 'src', /\/\.well-known\/ddos-guard\//i),
        element('form', 'action', /\/\.well-known\/ddos-guard\//i),
        element('img', 'src', /\/\.well-known\/ddos-guard\//i),
      ),
    },
    // gallery-dl pull request 3569: an empty 403 of this server.
    {
      id: 'server',
      strength: 'hint',
      says: 'refused by a server that calls itself ddos-guard',
      look: header('server', /^ddos-guard$/i),
    },
    // On every response of DDoS-Guard.
    {
      id: 'fronted',
      strength: 'presence',
      says: 'DDoS-Guard serves this site',
      look: any(header('server', /^ddos-guard$/i), cookie(/^__ddg/)),
    },
  ],
}
