/** Where Communication Services are, for whoever sends. */
import tls from "node:tls";

export const NUMBER = "+18335550100";
export const MAIL_SENDER = "visits@mail.lamna.example";

/** What a process that sends is told, in an argument. */
export interface AtVendor {
  readonly endpoint: string;
  /** PEM that it has to trust. */
  readonly authority: string;
  readonly token: string;
}

export const trust = (authority: string): void =>
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), authority]);
