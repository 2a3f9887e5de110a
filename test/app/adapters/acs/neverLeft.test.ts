/** What never left for Communication Services waits and goes later, whatever keeps it; what may have left does not. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer as secureServer, type Server as SecureServer } from "node:https";
import { createServer, type AddressInfo, type Server } from "node:net";
import tls from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { openMail } from "../../../../app/adapters/acs/mail.ts";
import { openTexts } from "../../../../app/adapters/acs/texts.ts";
import { makeAuthority } from "../../../../app/sandbox/certificate.ts";
import { movableClock } from "../../../harness/deployment.ts";
import { certificates } from "../../sandbox/communication/shop.ts";

const clock = movableClock();
const credential = {
  getToken: () => Promise.resolve({ token: "token", expiresOnTimestamp: Date.now() + 3_600_000 }),
};
/** The adapters' own deadline is longer than a test may take. */
const inAMoment = () => AbortSignal.timeout(700);
const UNREACHABLE = { kind: "not-now", reason: "unreachable" };

const text = () => ({
  ...{ from: "+18335550100", to: "+12025550147", text: "Lamna: canceled" },
  ...{ id: randomUUID(), firstSent: new Date() },
});
const letter = () => ({
  ...{ id: randomUUID(), from: "visits@lamna.example", to: "pat@patients.example", subject: "Canceled" },
  ...{ plain: "plain", html: "<p>page</p>", calendar: "BEGIN:VCALENDAR" },
});

/** What becomes of a text, of a mail, and of asking for a mail, at this address. */
async function outcomesAt(endpoint: string) {
  const of = { endpoint, credential, now: clock.now };
  const mail = openMail(of);
  return [
    await openTexts(of).send(text(), inAMoment()),
    await mail.send(letter(), inAMoment()),
    await mail.fateOf(randomUUID(), inAMoment()),
  ];
}

async function listening(server: Server | SecureServer, protocol: "http" | "https" = "https") {
  server.listen(0, "localhost");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `${protocol}://localhost:${String((server.address() as AddressInfo).port)}`;
}

/** Takes every connection, and answers what begins one with this, or never. */
const speaking = (words?: string) =>
  createServer((socket) => {
    onTestFinished(() => void socket.destroy());
    socket.on("error", () => undefined);
    socket.on("data", () => words !== undefined && socket.end(words));
  });

/** Answers nothing, and counts what it has read. */
function reading(identity: { readonly cert: string; readonly key: string }) {
  let read = 0;
  const server = secureServer(identity, (request) => {
    read += 1;
    onTestFinished(() => void request.socket.destroy());
  });
  return { server, read: () => read };
}

describe("nothing has left", () => {
  test.each([
    ["is of an authority that nobody trusts, as of a firewall that looks into TLS", 0, "localhost", false],
    ["is another host's", 0, "elsewhere.example", true],
    ["has expired", 900, "localhost", true],
  ])("where the certificate %s", async (_what, daysAgo, host, isTrusted) => {
    const made = new Date(Date.now() - daysAgo * 86_400_000);
    const authority = await makeAuthority("Another authority", made, 30);
    if (isTrusted) tls.setDefaultCACertificates([...tls.getCACertificates("default"), authority.certificate]);
    const { server, read } = reading(await authority.issue(host, [{ type: 2, value: host }]));
    expect(await outcomesAt(await listening(server))).toEqual([UNREACHABLE, UNREACHABLE, UNREACHABLE]);
    expect(read()).toBe(0);
  });

  test("where the handshake hangs: the connection is taken, and nobody says anything", async () => {
    expect(await outcomesAt(await listening(speaking()))).toEqual([UNREACHABLE, UNREACHABLE, UNREACHABLE]);
  });

  test.each(["HTTP/1.1 400 Bad Request\r\n\r\n", "", "\u0015\u0003\u0001\u0000\u0002\u0002\u0028"])(
    "where the handshake fails, because the other side says %j",
    async (words) => {
      expect(await outcomesAt(await listening(speaking(words)))).toEqual([
        UNREACHABLE,
        UNREACHABLE,
        UNREACHABLE,
      ]);
    },
  );
});

describe("it may have left", () => {
  test("once it is written on a secure connection, and nobody answers", async () => {
    const { server, read } = reading(certificates.localhost);
    const outcomes = await outcomesAt(await listening(server));
    expect(outcomes.map(({ kind }) => kind)).toEqual(["unknown", "unknown", "unknown"]);
    expect(read()).toBe(3);
  });

  test("on a connection that stands already from the text before it", async () => {
    let isSilent = false;
    const server = secureServer(certificates.localhost, (request, response) => {
      if (isSilent) onTestFinished(() => void request.socket.destroy());
      else request.resume().once("end", () => response.writeHead(429, { "retry-after": "1" }).end());
    });
    let connections = 0;
    server.on("secureConnection", () => (connections += 1));
    const texts = openTexts({ endpoint: await listening(server), credential, now: clock.now });
    expect(await texts.send(text(), inAMoment())).toMatchObject({ kind: "not-now", reason: "busy" });
    isSilent = true;
    expect(await texts.send(text(), inAMoment())).toEqual({ kind: "unknown" });
    expect(connections).toBe(1);
  });

  test("and says nothing of another that is on its way at the same time, and finds no connection", async () => {
    const { server } = reading(certificates.localhost);
    const [one, other] = await Promise.all([
      outcomesAt(await listening(server)),
      outcomesAt(await listening(speaking())),
    ]);
    expect(one.map(({ kind }) => kind)).toEqual(["unknown", "unknown", "unknown"]);
    expect(other).toEqual([UNREACHABLE, UNREACHABLE, UNREACHABLE]);
  });
});
