/**
 * What people call this release. What exactly runs is told by the package's digest, which `/healthz` gives beside this
 * version.
 */
export const VERSION = "0.2.0";
