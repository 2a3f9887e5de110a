/** Host names: how DNS allows them, and which of them can be no hospital's own. */

/** A host name as DNS allows it, of at least two labels, in lower case. */
export const HOST_NAME = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/**
 * The top-level names that are no one's in the public DNS: reserved by RFC 6761, 6762, 7686, 8375 and 9476 and by ICANN
 * (`internal`), or never to be delegated because internal networks use them (`corp`, `home`, `mail`; ICANN resolution
 * 2018.02.04.12), or in wide use inside networks although nobody may register them. The names for examples in documents are
 * not among them.
 */
const INTERNAL =
  /\.(alt|corp|home|home\.arpa|internal|intern|intranet|invalid|lan|local|localdomain|localhost|mail|onion|priv|private)$/;

/**
 * Whether only a network's own DNS can know the name. No public certification authority certifies it, and what runs in Azure
 * does not find it.
 * @param host in lower case
 */
export const isInternalName = (host: string): boolean => INTERNAL.test(host);

/** Names under which Microsoft's cloud serves what its customers run. */
const MICROSOFTS =
  /\.(azure-api\.net|azurecomm\.net|azurecontainerapps\.io|azureedge\.net|azurefd\.net|azurestaticapps\.net|azurewebsites\.net|azure\.com|azure\.net|microsoft\.com|microsoftonline\.com|office\.com|onmicrosoft\.com|sharepoint\.com|trafficmanager\.net|windows\.net)$/;

/**
 * Whether the name is one of Microsoft's cloud. Nobody outside Microsoft can get a certificate for it, or create DNS records
 * under it.
 * @param host in lower case
 */
export const isMicrosoftsName = (host: string): boolean => MICROSOFTS.test(host);
