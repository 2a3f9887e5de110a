/**
 * The sandbox's stand-in of Communication Services, as strict as ever, with answers that are lost, refused or late at
 * random.
 */
import { generateKeyPairSync } from "node:crypto";
import { exportJWK, SignJWT } from "jose";
import { makeCertificates } from "../../../app/sandbox/certificate.ts";
import { startCommunication, type CommunicationStandIn } from "../../../app/sandbox/communication/start.ts";
import { MAIL_SENDER, NUMBER, trust, type AtVendor } from "./atVendor.ts";

const ISSUER = "https://authority.example/v2.0";
const OWNER = "c0ffee00-0000-4000-8000-0000000000d2";
const KEY_ID = "chaos";
const PLENTY = 1_000_000;

export interface Vendor extends CommunicationStandIn {
  readonly at: AtVendor;
  /** Lets one thing go wrong by chance, at the next request that it can meet. */
  trip(): void;
}

/**
 * @param trouble the share of requests that go wrong, from 0 to 1
 * @param webhook where reports and replies are delivered, and the token that they carry
 */
export async function startVendor(
  trouble: number,
  webhook: { readonly url: string; readonly token: string },
): Promise<Vendor> {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = { ...(await exportJWK(publicKey)), alg: "RS256", kid: KEY_ID };
  const certificates = await makeCertificates(new Date());
  trust(certificates.authority);
  const standIn = await startCommunication(
    { ports: { pages: 0, backChannel: 0 }, tls: certificates.localhost, now: () => new Date() },
    {
      entra: { issuer: ISSUER, keys: () => Promise.resolve([key]) },
      owners: [OWNER],
      numbers: [NUMBER],
      mailSenders: [MAIL_SENDER],
      // There is no limit a minute, because thousands are sent here; the bench holds the real limit.
      rates: { segmentsAMinute: PLENTY, mailsAMinute: PLENTY, mailsAnHour: PLENTY },
      events: {
        url: webhook.url,
        token: () => Promise.resolve(webhook.token),
        retrySeconds: [0.2, 0.5, 1, 2, 4],
      },
    },
  );
  const token = await new SignJWT({ oid: OWNER })
    .setProtectedHeader({ alg: "RS256", kid: KEY_ID })
    .setIssuer(ISSUER)
    .setAudience("https://communication.azure.com")
    .setIssuedAt()
    .setExpirationTime("12h")
    .sign(privateKey);
  return {
    ...standIn,
    at: { endpoint: standIn.backChannel, authority: certificates.authority, token },
    trip: () => trip(standIn, trouble),
  };
}

const REPORTS = ["prompt", "late", "doubled", "prompt"] as const;

/**
 * By chance, each kind of trouble meets one of the next requests, and events are delivered promptly, late, twice or never.
 */
function trip({ faults }: CommunicationStandIn, trouble: number): void {
  const chance = () => Math.random() < trouble;
  faults.set({
    ...(chance() && { answersLost: 1 }),
    ...(chance() && { unavailable: 1 }),
    ...(chance() && { throttled: 1, retryAfterSeconds: 0 }),
    ...(chance() && { insideStatus: [408, 409, 500][Math.floor(Math.random() * 3)] }),
    ...(chance() && { unreadableFates: 1 }),
    ...(chance() && { reports: REPORTS[Math.floor(Math.random() * REPORTS.length)] }),
  });
}
