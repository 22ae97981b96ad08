/**
 * Registrable domains of services whose business is to log people in for others.
 * Sources: the sign-in documentation of each.
 */
export const IDENTITY_PROVIDER_HOSTS: readonly RegExp[] = [
  /^accounts\.google\.com$/i,
  /^login\.(?:microsoftonline|live|windows|microsoft)\.(?:com|net|us)$/i,
  /^appleid\.apple\.com$/i,
  /^(?:[\w-]+\.)+b2clogin\.com$/i,
  /^(?:[\w-]+\.)+ciamlogin\.com$/i,
  /^(?:[\w-]+\.)+okta(?:preview|-emea)?\.com$/i,
  /^(?:[\w-]+\.)+auth0\.com$/i,
  /^(?:[\w-]+\.)+onelogin\.com$/i,
  /^(?:[\w-]+\.)+amazoncognito\.com$/i,
  /^(?:[\w-]+\.)+cloudflareaccess\.com$/i,
  /^(?:[\w-]+\.)+duosecurity\.com$/i,
  /^auth\.pingone\.(?:com|eu|asia|ca)$/i,
  /^(?:[\w-]+\.)+jumpcloud\.com$/i,
  /^github\.com$/i,
  /^gitlab\.com$/i,
  /^(?:www\.|m\.)?facebook\.com$/i,
  /^(?:www\.)?workplace\.com$/i,
]
