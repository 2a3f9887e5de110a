/** Communication Services' stand-in beside Entra's, with the certificate that this process trusts. */
import type { JWK } from "jose";
import tls from "node:tls";
import { onTestFinished } from "vitest";
import { makeCertificates } from "../../../../app/sandbox/certificate.ts";
import type { CommunicationOptions } from "../../../../app/sandbox/communication/options.ts";
import {
  startCommunication,
  type CommunicationStandIn,
} from "../../../../app/sandbox/communication/start.ts";
import type { MicrosoftStandIn } from "../../../../app/sandbox/microsoft/start.ts";
import { hospital, IDENTITY, identityToken, type Clock } from "../microsoft/hospital.ts";

export const AUDIENCE = "https://communication.azure.com";
export const certificates = await makeCertificates(new Date());
tls.setDefaultCACertificates([...tls.getCACertificates("default"), certificates.authority]);

export interface Shop extends CommunicationStandIn {
  readonly microsoft: MicrosoftStandIn;
  /** The certificate that a client has to trust, as PEM. */
  readonly authority: string;
  /** The credential of the managed identity, which owns the resource. */
  readonly credential: { getToken(): Promise<{ token: string; expiresOnTimestamp: number }> };
}

/**
 * Starts the stand-in. It makes an Entra, which is closed at the end of the test, unless one is given for all tests of a
 * file. Both have the same clock, because otherwise a token would soon be from the future.
 */
export async function shop(
  change: Partial<CommunicationOptions> = {},
  options: { readonly dataFolder?: string } & (
    | { readonly clock?: undefined; readonly microsoft?: MicrosoftStandIn }
    | { readonly clock: Clock; readonly microsoft?: undefined }
  ) = {},
): Promise<Shop> {
  const microsoft = options.microsoft ?? (await hospital({}, options.clock && { clock: options.clock }));
  if (options.microsoft === undefined) onTestFinished(() => microsoft.stop());
  const standIn = await startCommunication(
    {
      ports: { pages: 0, backChannel: 0 },
      tls: certificates.localhost,
      now: () => options.clock?.now ?? new Date(),
      ...(options.dataFolder !== undefined && { dataFolder: options.dataFolder }),
    },
    {
      entra: { issuer: microsoft.issuer, keys: once(() => signingKeys(microsoft)) },
      owners: [IDENTITY.principalId],
      ...change,
    },
  );
  onTestFinished(() => standIn.stop());
  const token = async () => ({
    token: await identityToken(microsoft, AUDIENCE),
    expiresOnTimestamp: Date.now() + 3_600_000,
  });
  return {
    ...standIn,
    microsoft,
    authority: certificates.authority,
    // In a test that moves time on, a token may have expired by the next request.
    credential: { getToken: options.clock === undefined ? once(token) : token },
  };
}

/** Vendors keep each other's keys, and credentials keep their tokens. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => (asked ??= ask());
}

async function signingKeys(microsoft: MicrosoftStandIn): Promise<readonly JWK[]> {
  const answer = await fetch(microsoft.issuer.replace(/v2\.0$/, "discovery/v2.0/keys"));
  return ((await answer.json()) as { keys: JWK[] }).keys;
}
