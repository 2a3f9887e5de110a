/** The Internet Explorer control that some PowerChart installations still embed: Teams and these pages do not work in it. */
export function isOldBrowser(userAgent: string | undefined): boolean {
  return /\bMSIE \d|\bTrident\/\d/.test(userAgent ?? "");
}
