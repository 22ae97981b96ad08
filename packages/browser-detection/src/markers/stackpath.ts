import { all, type Defence, fraudDetect, text, title } from '../marker.ts'

/** StackPath. */
export const stackpath: Defence = {
  name: 'stackpath',
  reason: fraudDetect('stackpath'),
  markers: [
    // Sentence of both its pages; Cloudflare says "to protect itself from".
    {
      id: 'security-service',
      strength: 'wall',
      says: 'text "is using a security service for protection against online attacks"',
      look: text(/\bis using a security service for protection against online attacks\b/i),
    },
    // Its refusal of a request, which wafw00f knows by these two sentences.
    {
      id: 'triggered',
      strength: 'wall',
      says: 'text "You performed an action that triggered the service and blocked your request"',
      look: text(/\byou performed an action that triggered the service and blocked your request\b/i),
    },
    // Title of the check by script.
    {
      id: 'site-verification',
      strength: 'hint',
      says: 'title "Site verification"',
      look: all(title(/^site verification$/i), text(/\b(?:verif|validat|browser|robot)/i)),
    },
  ],
}
