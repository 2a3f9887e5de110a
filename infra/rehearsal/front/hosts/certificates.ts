/**
 * A certificate authority that exists as long as the front does, and issues a certificate for each host that is asked for.
 */
import tls from "node:tls";
import { makeAuthority } from "../../../../app/sandbox/certificate.ts";

const VALID_DAYS = 30;

export interface CertificateMaker {
  /** The authority's certificate as PEM, which a client has to trust. */
  readonly authority: string;
  contextFor(host: string): Promise<tls.SecureContext>;
}

export async function certificateMaker(now: () => Date): Promise<CertificateMaker> {
  const authority = await makeAuthority("Rehearsal authority", now(), VALID_DAYS);
  const made = new Map<string, Promise<tls.SecureContext>>();
  const make = async (host: string) => {
    const { key, cert } = await authority.issue(host, [{ type: 2, value: host }]);
    // The chain includes the authority's own certificate, so that a browser can be told to trust whatever comes with it.
    return tls.createSecureContext({ key, cert: [cert.trim(), authority.certificate.trim(), ""].join("\n") });
  };
  return {
    authority: authority.certificate,
    contextFor: (host) => {
      const context = made.get(host) ?? make(host);
      made.set(host, context);
      return context;
    },
  };
}
