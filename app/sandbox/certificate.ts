/**
 * The sandbox's own certificate authority. It is made at the first start, and only the sandbox and its connector trust it.
 */
import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { generate } from "selfsigned";
import * as z from "zod";

export interface Certificates {
  /** The authority's certificate in PEM, which the connector is told to trust. */
  readonly authority: string;
  /** The certificate for localhost in PEM, signed by the authority. */
  readonly localhost: { readonly key: string; readonly cert: string };
  readonly expires: string;
}

const schema = z.object({
  authority: z.string(),
  localhost: z.object({ key: z.string(), cert: z.string() }),
  expires: z.iso.datetime(),
});

const VALID_DAYS = 825;
const DAY_MS = 86_400_000;
const RENEW_BEFORE_MS = 30 * DAY_MS;

/** The certificates kept in the folder, or new ones when there are none or they expire soon. */
export async function certificates(folder: string, now: Date): Promise<Certificates> {
  const file = join(folder, "certificates.json");
  const kept = schema.safeParse(await readJson(file));
  if (kept.success && Date.parse(kept.data.expires) - now.getTime() > RENEW_BEFORE_MS) return kept.data;
  const made = await makeCertificates(now);
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify(made), { mode: 0o600 });
  return made;
}

export async function makeCertificates(now: Date): Promise<Certificates> {
  const authority = await makeAuthority("Sandbox authority", now, VALID_DAYS);
  const localhost = await authority.issue("localhost", [
    { type: 2, value: "localhost" },
    { type: 7, ip: "127.0.0.1" },
  ]);
  return { authority: authority.certificate, localhost, expires: authority.expires.toISOString() };
}

/** A certificate authority that only those trust who are told to. */
export interface Authority {
  /** Its own certificate in PEM. */
  readonly certificate: string;
  readonly expires: Date;
  /** A certificate in PEM, with its key, for a host under its names. */
  issue(host: string, names: readonly HostName[]): Promise<{ readonly key: string; readonly cert: string }>;
}

/** A name by DNS (2), or an address (7). */
type HostName = { readonly type: 2; readonly value: string } | { readonly type: 7; readonly ip: string };

export async function makeAuthority(called: string, now: Date, validDays: number): Promise<Authority> {
  const expires = new Date(now.getTime() + validDays * DAY_MS);
  const usual = {
    notBeforeDate: new Date(now.getTime() - DAY_MS),
    notAfterDate: expires,
    keyType: "ec",
    algorithm: "sha256",
  } as const;
  // The name is unique: a client that trusts two authorities of one name may try the wrong one's key.
  const name = `${called} ${randomBytes(4).toString("hex")}`;
  const authority = await generate([{ name: "commonName", value: name }], {
    ...usual,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return {
    certificate: authority.cert,
    expires,
    issue: async (host, names) => {
      const made = await generate([{ name: "commonName", value: host.slice(0, 64) }], {
        ...usual,
        ca: { key: authority.private, cert: authority.cert },
        extensions: [
          { name: "basicConstraints", cA: false, critical: true },
          { name: "extKeyUsage", serverAuth: true },
          { name: "subjectAltName", altNames: [...names] },
        ],
      });
      return { key: made.private, cert: made.cert };
    },
  };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as unknown;
  } catch {
    // The file is missing or damaged. A new authority replaces the old one, whose certificate is then no longer trusted.
    return undefined;
  }
}
