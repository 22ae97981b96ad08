/**
 * Registrable domains of services whose business is to log people in for others.
 * Sources: the sign-in documentation of each.
 */
export const IDENTITY_PROVIDER_HOSTS: readonly RegExp[] = [
  /^accounts\.google\.com$/i,
  /^login\.(?:microsoftonline|live|windows|microsoft)\.(?:com|net|us)$/i,
  /^appleid\.apple\.com$/i,
  /\.b2clogin\.com$/i,
  /\.ciamlogin\.com$/i,
  /\.okta(?:preview|-emea)?\.com$/i,
  /\.auth0\.com$/i,
  /\.onelogin\.com$/i,
  /\.amazoncognito\.com$/i,
  /\.cloudflareaccess\.com$/i,
  /\.duosecurity\.com$/i,
  /^auth\.pingone\.(?:com|eu|asia|ca)$/i,
  /\.jumpcloud\.com$/i,
  /^github\.com$/i,
  /^gitlab\.com$/i,
  /^(?:www\.|m\.)?facebook\.com$/i,
  /^(?:www\.)?workplace\.com$/i,
]
