/** What people call this release. What runs is said exactly by the package's digest, which `/healthz` names beside it. */
export const VERSION = "0.2.0";
