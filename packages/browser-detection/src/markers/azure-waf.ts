import { all, any, cookie, type Defence, fraudDetect, header, status, text, title } from '../marker.ts'

/** Azure's web application firewall, at Application Gateway and Front Door. */
export const azureWaf: Defence = {
  name: 'azure-waf',
  reason: fraudDetect('azure-waf'),
  markers: [
    // learn.microsoft.com, Application Gateway WAF: its 403 page names the gateway.
    {
      id: 'gateway-refusal',
      strength: 'wall',
      says: '403 page of Microsoft-Azure-Application-Gateway',
      look: all(
        text(/\bmicrosoft-azure-application-gateway\/v\d/i),
        any(title(/^403 forbidden$/i), text(/\b403 forbidden\b/i), status(403)),
      ),
    },
    // Front Door's default answer to a blocked request.
    {
      id: 'front-door',
      strength: 'wall',
      says: 'text "The request is blocked." with a Front Door reference',
      look: all(
        text(/\bthe request is blocked\./i),
        any(
          header('x-azure-ref', /./),
          text(/\bref a: ?[0-9a-f]{16}|\b\d{8}t\d{6}z-[\w-]{8}|\bblocked\. 0[\w+/]{60}/i),
        ),
      ),
    },
    // learn.microsoft.com, "JavaScript challenge": text of the page.
    {
      id: 'script-challenge',
      strength: 'wall',
      says: "Azure's browser check",
      look: all(
        text(/\bazure waf\b/i),
        any(
          title(/^azure waf$/i),
          text(/\b(?:verif|validat|check)\w{0,9} (?:your browser|you are human)\b|\bplease wait\b/i),
        ),
      ),
    },
    // The same answer without its reference.
    {
      id: 'front-door-text',
      strength: 'hint',
      says: 'text "The request is blocked."',
      look: text(/^(?:403 forbidden )?the request is blocked\.?/i),
    },
    // The same documentation: the cookie stays once the check is passed.
    {
      id: 'watched',
      strength: 'presence',
      says: "Azure's firewall watches this site",
      look: cookie(/_azwaf_jsclearance$/),
    },
  ],
}
