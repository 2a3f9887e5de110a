/** How the connector calls a chart system: whom it trusts, where it does not go, and for how long it waits. */
import type { LookupAddress, LookupOptions } from "node:dns";
import http, { type RequestListener, type Server } from "node:http";
import https from "node:https";
import { connect } from "node:tls";
import { generate } from "selfsigned";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { VendorCall } from "../../../../app/domain/trace.ts";
import { guarded, openSend, Unreachable } from "../../../../app/adapters/fhir/send.ts";
import { makeCertificates, type Certificates } from "../../../../app/sandbox/certificate.ts";
import { trust } from "../../../harness/stack.ts";

let known: Certificates;
let stranger: Certificates;
let elsewhere: Certificates["localhost"];
beforeAll(async () => {
  [known, stranger] = await Promise.all([makeCertificates(new Date()), makeCertificates(new Date())]);
  const { private: key, cert } = await generate([{ name: "commonName", value: "elsewhere.example" }], {
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: "elsewhere.example" }] }],
  });
  elsewhere = { key, cert };
  // Node fixes what it trusts with the first connection of the process.
  trust(known.authority);
  trust(cert);
});

const usual = { deadlineMs: 30_000, maxBytes: 1000, allowLoopback: true };
const send = openSend(usual);
const ask = (url: string, by = send) =>
  by({ method: "GET", url, headers: { authorization: "Bearer secret" } });

/** Serves until the test is over. `asked` counts the connections over which a request came. */
async function serving(server: Server, answer: RequestListener) {
  let asked = 0;
  server.on("request", (request, response) => {
    asked += 1;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { port: address.port, asked: () => asked };
}

const refusal = async (answer: Promise<unknown>) => {
  const error: unknown = await answer.then(
    () => new Error("it was answered"),
    (cause: unknown) => cause,
  );
  if (!(error instanceof Unreachable)) throw error;
  return [error.message, String(error.cause)].join(" ");
};

describe("a chart system's certificate", () => {
  const hello: RequestListener = (_request, response) => void response.end("{}");

  test("must be vouched for by somebody whom this machine trusts", async () => {
    const good = await serving(https.createServer(known.localhost), hello);
    expect((await ask("https://localhost:" + String(good.port) + "/")).status).toBe(200);
    const bad = await serving(https.createServer(stranger.localhost), hello);
    expect(await refusal(ask("https://localhost:" + String(bad.port) + "/"))).toMatch(/certificate/);
    expect(bad.asked()).toBe(0);
  });

  test("must be that host's", async () => {
    const { port, asked } = await serving(https.createServer(elsewhere), hello);
    expect(await refusal(ask("https://localhost:" + String(port) + "/"))).toMatch(/altnames/);
    expect(asked()).toBe(0);
  });

  test("comes by TLS 1.2 at least", async () => {
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    const { port, asked } = await serving(https.createServer({ ...known.localhost, ...old }), hello);
    const lenient = await new Promise<string | null>((resolve, reject) => {
      const socket = connect({ port, host: "localhost", ca: known.authority, ...old }, () => {
        resolve(socket.getProtocol());
        socket.destroy();
      }).on("error", reject);
    });
    expect(lenient).toBe("TLSv1.1");
    expect(await refusal(ask("https://localhost:" + String(port) + "/"))).toMatch(/protocol|version/i);
    expect(asked()).toBe(0);
  });
});

describe("a chart system that takes too long", () => {
  test.each<[string, RequestListener]>([
    ["says nothing", () => undefined],
    ["begins and does not end", (_request, response) => void response.write("{")],
    [
      "says a little now and then",
      (_request, response) => {
        const drip = setInterval(() => response.write(" "), 50);
        response.once("close", () => {
          clearInterval(drip);
        });
      },
    ],
  ])("and %s is given up", async (_name, answer) => {
    const { port } = await serving(http.createServer(), answer);
    const hurried = openSend({ ...usual, deadlineMs: 100 });
    // Nothing but the deadline ends these: without one the test would never be over.
    expect(await refusal(ask("http://localhost:" + String(port) + "/", hurried))).toMatch(
      /no answer from localhost/,
    );
  });
});

test("the trace of a call says whether no answer came, or one that was too large", async () => {
  const noted: VendorCall[] = [];
  const noting = openSend({ ...usual, note: (call) => void noted.push(call) });
  const large = await serving(
    http.createServer(),
    (_request, response) => void response.end("x".repeat(1001)),
  );
  const gone = await serving(http.createServer(), (request) => void request.socket.destroy());
  const [one, other] = [large, gone].map(
    ({ port }) => "http://localhost:" + String(port) + "/fhir/Appointment",
  );
  expect(await refusal(ask(one ?? "", noting))).toMatch(/^too large an answer from localhost.*1000 bytes$/);
  await refusal(ask(other ?? "", noting));
  expect(noted.map(({ status, tooLarge }) => [status, tooLarge])).toEqual([
    [undefined, true],
    [undefined, undefined],
  ]);
});

describe("a kept connection that the chart system closes as it is used again", () => {
  /** Answers the first request of a connection. `later` handles those that come over it afterwards. */
  async function keeping(later: RequestListener) {
    const begun = new WeakSet<object>();
    return serving(http.createServer(), (request, response) => {
      if (begun.has(request.socket)) later(request, response);
      else response.end("{}");
      begun.add(request.socket);
    });
  }

  test("is nobody's trouble: the request goes out once more, over a new one", async () => {
    const { port, asked } = await keeping((request) => void request.socket.destroy());
    const url = "http://localhost:" + String(port) + "/";
    for (const _time of [1, 2]) expect((await ask(url)).status).toBe(200);
    expect(asked()).toBe(3);
  });

  test("but an answer that broke off is not asked for again, nor one that a new connection did not give", async () => {
    const broken = await keeping((_request, response) => {
      response.writeHead(200, { "content-length": "10" });
      response.write("{", () => void response.destroy());
    });
    const url = "http://localhost:" + String(broken.port) + "/";
    expect((await ask(url)).status).toBe(200);
    expect(await refusal(ask(url))).toMatch(/no answer/);
    expect(broken.asked()).toBe(2);

    const closing = await serving(http.createServer(), (request) => void request.socket.destroy());
    expect(await refusal(ask("http://localhost:" + String(closing.port) + "/"))).toMatch(/no answer/);
    expect(closing.asked()).toBe(1);
  });
});

describe("a deployed connector", () => {
  const deployed = openSend({ deadlineMs: 300, maxBytes: 1000, allowLoopback: false });

  test.each([
    "https://127.0.0.1/token",
    "https://10.0.0.5/token",
    "https://169.254.169.254/metadata",
    "https://[::1]/token",
    "https://[::ffff:10.0.0.5]/token",
    "https://2130706433/token",
    "https://0x7f.1/token",
  ])("calls no address inside its network that stands in the URL itself: %s", async (url) => {
    const words = await refusal(deployed({ method: "GET", url, headers: {} }));
    expect(words).toMatch(/refused to call an address inside a private network/);
  });

  describe("asks once where a host is, and goes there", () => {
    const PUBLIC = { address: "8.8.8.8", family: 4 };
    const INSIDE = { address: "127.0.0.1", family: 4 };

    /** A name server that gives another answer each time. */
    function changing(...answers: LookupAddress[][]) {
      let asked = 0;
      const lookup = guarded((_hostname, _options, callback) => {
        callback(null, answers[asked++] ?? []);
      });
      const found = (options: LookupOptions) =>
        new Promise<unknown>((resolve) => {
          lookup("ehr.example", options, (error, address) => {
            resolve(error?.code ?? address);
          });
        });
      return { found, asked: () => asked };
    }

    test.each([{ all: true }, { all: false }])("by the answer that was judged, %j", async (options) => {
      const names = changing([PUBLIC], [INSIDE]);
      expect(await names.found(options)).toEqual(options.all ? [PUBLIC] : PUBLIC.address);
      expect(names.asked()).toBe(1);
      expect(await names.found(options)).toBe("EINSIDE");
    });

    test("nowhere, when one of the answers is inside, or there is none", async () => {
      expect(await changing([PUBLIC, INSIDE]).found({ all: true })).toBe("EINSIDE");
      expect(await changing([]).found({})).toBe("EINSIDE");
    });
  });
});
