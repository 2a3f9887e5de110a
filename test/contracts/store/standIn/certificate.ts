import https from "node:https";
import { generate } from "selfsigned";

export interface LoopbackCertificate {
  readonly key: string;
  readonly cert: string;
  /** An agent that trusts this certificate and no other. */
  readonly agent: https.Agent;
}

export async function loopbackCertificate(): Promise<LoopbackCertificate> {
  const { private: key, cert } = await generate([{ name: "commonName", value: "127.0.0.1" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
  });
  return { key, cert, agent: new https.Agent({ ca: cert, keepAlive: true }) };
}
