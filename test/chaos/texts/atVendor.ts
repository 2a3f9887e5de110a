/** Where the stand-in of Communication Services is, for the processes that send. */
import tls from "node:tls";

export const NUMBER = "+18335550100";
export const MAIL_SENDER = "visits@mail.lamna.example";

/** What a process that sends is given as an argument. */
export interface AtVendor {
  readonly endpoint: string;
  /** The certificate that the process has to trust, as PEM. */
  readonly authority: string;
  readonly token: string;
}

export const trust = (authority: string): void =>
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), authority]);
