import { all, type Defence, fraudDetect, text, title } from '../marker.ts'

/** Fortinet: FortiGate's web filter and FortiWeb. */
export const fortinet: Defence = {
  name: 'fortinet',
  reason: fraudDetect('fortinet'),
  markers: [
    // Replacement messages in Fortinet's administration guides; also wafw00f's plugins fortiweb and fortigate.
    {
      id: 'attack-id',
      strength: 'wall',
      says: 'texts "Web Page Blocked" and "Attack ID"',
      look: all(text(/\bweb page blocked\b/i), text(/\battack[ _]id\b/i)),
    },
    // Titles of the same messages.
    {
      id: 'fortiguard',
      strength: 'wall',
      says: 'title of a FortiGuard refusal',
      look: title(/^(?:fortiguard intrusion prevention|fortigate application control|web filter block override)\b/i),
    },
  ],
}
