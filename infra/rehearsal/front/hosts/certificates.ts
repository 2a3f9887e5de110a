/**
 * A certificate authority that exists as long as the front does, and issues a certificate for each host that is asked for.
 */
import { randomBytes } from "node:crypto";
import tls from "node:tls";
import { generate } from "selfsigned";

const DAY_MS = 86_400_000;
const VALID_DAYS = 30;

export interface CertificateMaker {
  /** The authority's certificate as PEM, which a client has to trust. */
  readonly authority: string;
  contextFor(host: string): Promise<tls.SecureContext>;
}

export async function certificateMaker(now: () => Date): Promise<CertificateMaker> {
  const dates = () => ({
    notBeforeDate: new Date(now().getTime() - DAY_MS),
    notAfterDate: new Date(now().getTime() + VALID_DAYS * DAY_MS),
  });
  // The name is unique: a client that trusts two authorities of the same name may try the wrong one's key.
  const name = "Rehearsal authority " + randomBytes(4).toString("hex");
  const authority = await generate([{ name: "commonName", value: name }], {
    ...dates(),
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const made = new Map<string, Promise<tls.SecureContext>>();
  const make = async (host: string) => {
    const { private: key, cert } = await generate([{ name: "commonName", value: host.slice(0, 64) }], {
      ...dates(),
      keyType: "ec",
      algorithm: "sha256",
      ca: { key: authority.private, cert: authority.cert },
      extensions: [
        { name: "basicConstraints", cA: false, critical: true },
        { name: "extKeyUsage", serverAuth: true },
        { name: "subjectAltName", altNames: [{ type: 2, value: host }] },
      ],
    });
    // The chain includes the authority's own certificate, so that a browser can be told to trust whatever comes with it.
    return tls.createSecureContext({ key, cert: [cert.trim(), authority.cert.trim(), ""].join("\n") });
  };
  return {
    authority: authority.cert,
    contextFor: (host) => {
      const context = made.get(host) ?? make(host);
      made.set(host, context);
      return context;
    },
  };
}
