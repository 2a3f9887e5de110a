/**
 * Administrators type the addresses of chart systems, and servers name further ones. However an address is written, and
 * whatever a name resolves to, now or a moment later, no connection is made into a private network. A listener counts them.
 */
import dns, { type LookupAddress } from "node:dns";
import { createServer, type Server } from "node:net";
import type { AddressInfo } from "node:net";
import { createServer as createHttpServer } from "node:http";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { guarded, openSend, Unreachable, type Send } from "../../../../app/adapters/fhir/send.ts";
import { fhirBaseUrl } from "../../../../app/domain/fhirBaseUrl.ts";

/** The seed, so that each run tries the same addresses. */
const SEED = 20_261_129;
const EACH = 400;
/** How many names are tried; each begins a TLS connection of its own. */
const NAMES = 40;

/** https://en.wikipedia.org/wiki/Linear_congruential_generator with the numbers of Numerical Recipes. */
function chances(seed: number) {
  let state = seed >>> 0;
  const below = (count: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
  const oneOf = <T>(all: readonly T[]): T => {
    const one = all[below(all.length)];
    if (one === undefined) throw new Error("there is none");
    return one;
  };
  return { below, oneOf };
}
type Chances = ReturnType<typeof chances>;

/** Networks that nobody outside may be led into, as the first address and how many follow it. */
const NETWORKS: readonly (readonly [first: string, count: number])[] = [
  ["127.0.0.1", 1],
  ["127.0.0.0", 2 ** 24],
  ["0.0.0.0", 2 ** 24],
  ["10.0.0.0", 2 ** 24],
  ["100.64.0.0", 2 ** 22],
  ["168.63.129.16", 1],
  ["169.254.169.254", 1],
  ["172.16.0.0", 2 ** 20],
  ["192.168.0.0", 2 ** 16],
  ["255.255.255.255", 1],
];
const numberOf = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

const inBase = ({ oneOf, below }: Chances, value: number): string => {
  const zeros = "0".repeat(below(3));
  return oneOf([
    String(value),
    "0" + zeros + value.toString(8),
    "0x" + zeros + value.toString(16),
    "0X" + value.toString(16).toUpperCase(),
  ]);
};
const wide = (text: string) =>
  text.replace(/[0-9]/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
const escaped = (text: string) => text.replace(/[0-9]/g, (digit) => "%" + digit.charCodeAt(0).toString(16));

/** Writes an IPv4 address in an unusual way: each part in another base, the last parts as one number, in other letters. */
function ipv4(chance: Chances, value: number): string {
  const parts = 1 + chance.below(4);
  const first = Array.from(
    { length: parts - 1 },
    (_none, index) => Math.floor(value / 256 ** (3 - index)) % 256,
  );
  const last = value % 256 ** (5 - parts);
  const text = [...first, last].map((part) => inBase(chance, part)).join(".");
  const dotted = chance.below(4) === 0 ? text + "." : text;
  return chance.oneOf([dotted, dotted, wide(dotted), escaped(dotted), dotted.replaceAll(".", "。")]);
}

/** In IPv6: mapped, compatible, translated (NAT64), 6to4, Teredo, or an own address of a machine or a network. */
function ipv6(chance: Chances, value: number): string {
  const [high, low] = [Math.floor(value / 65_536).toString(16), (value % 65_536).toString(16)];
  const dotted = [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
  const any = () => chance.below(65_536).toString(16);
  const address = chance.oneOf([
    `::ffff:${high}:${low}`,
    `::ffff:${dotted}`,
    `0:0:0:0:0:ffff:${high}:${low}`,
    `::${dotted}`,
    `64:ff9b::${high}:${low}`,
    `64:ff9b::${dotted}`,
    `64:ff9b:1:${any()}::${high}:${low}`,
    `2002:${high}:${low}::${any()}`,
    `2001:0:${any()}::${high}:${low}`,
    "::1",
    "::",
    "0000:0000:0000:0000:0000:0000:0000:0001",
    `fc${any().padStart(4, "0").slice(0, 2)}::${any()}`,
    `fe80::${any()}`,
    `fec0::${any()}`,
    `ff02::${any()}`,
  ]);
  return "[" + chance.oneOf([address, address.toUpperCase()]) + "]";
}

const spellings = (() => {
  const chance = chances(SEED);
  return Array.from({ length: EACH }, () => {
    const [first, count] = chance.oneOf(NETWORKS);
    const value = numberOf(first) + chance.below(count);
    return chance.oneOf([ipv4, ipv4, ipv6])(chance, value);
  });
})();

let servers: readonly Server[];
let port: number;
let connections = 0;
beforeAll(async () => {
  const counting = () =>
    createServer((socket) => {
      connections++;
      socket.destroy();
    });
  const first = counting().listen(0, "127.0.0.1");
  await once(first, "listening");
  port = (first.address() as AddressInfo).port;
  const second = counting().listen(port, "::1");
  // Where a machine has no IPv6, nothing can be reached by it either.
  await Promise.race([once(second, "listening"), once(second, "error")]);
  servers = [first, second];
});
afterEach(() => {
  dns.lookup = theirs;
  expect(connections).toBe(0);
});
afterAll(() => {
  for (const server of servers) server.close();
});

const theirs = dns.lookup;
/** Answers DNS queries instead of the machine's resolver. @returns the names that were asked for */
function ours(answer: (name: string) => readonly LookupAddress[]): readonly string[] {
  const asked: string[] = [];
  const lookup = (
    name: string,
    _options: unknown,
    tell: (error: null, all: readonly LookupAddress[]) => void,
  ) => {
    asked.push(name);
    process.nextTick(tell, null, answer(name));
  };
  dns.lookup = lookup as unknown as typeof dns.lookup;
  return asked;
}
const deployed = (): Send => openSend({ deadlineMs: 300, maxBytes: 1_000, allowLoopback: false });
const get = (send: Send, url: string, signal?: AbortSignal) =>
  send({ method: "GET", url, headers: {} }, signal);

describe("an address as it stands, in every spelling", () => {
  test("is no base URL of a chart system, and is not called", async () => {
    const asked = ours(() => [{ address: "127.0.0.1", family: 4 }]);
    const send = deployed();
    for (const host of spellings) {
      expect([host, fhirBaseUrl(`https://${host}/r4/tenant`, { loopback: false }).ok]).toEqual([host, false]);
      const url = `https://${host}:${String(port)}/r4/tenant`;
      await expect(get(send, url), host).rejects.toThrow(
        "refused to call an address inside a private network",
      );
    }
    expect(asked).toEqual([]);
  });

  test("is what it is behind a user name, too", () => {
    for (const host of spellings.slice(0, 50))
      for (const text of [`https://fhir.example@${host}/r4/t`, `https://fhir.example:443@${host}/r4/t`])
        expect([text, fhirBaseUrl(text, { loopback: false }).ok]).toEqual([text, false]);
  });
});

describe("a name", () => {
  const insideOnes = (chance: Chances): LookupAddress => {
    const [first, count] = chance.oneOf(NETWORKS);
    const value = numberOf(first) + chance.below(count);
    const dotted = [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
    return chance.oneOf([
      { address: dotted, family: 4 },
      { address: "::ffff:" + dotted, family: 6 },
      { address: "64:ff9b::" + dotted, family: 6 },
      { address: "::1", family: 6 },
      { address: "fe80::1%lo", family: 6 },
    ]);
  };
  const OUTSIDE: readonly LookupAddress[] = [
    { address: "8.8.8.8", family: 4 },
    { address: "2606:4700::1111", family: 6 },
  ];

  test("of which one address is inside is not called, wherever it stands among the others", async () => {
    const chance = chances(SEED);
    const asked = ours(() => {
      const all = OUTSIDE.slice(chance.below(3));
      return all.toSpliced(chance.below(all.length + 1), 0, insideOnes(chance));
    });
    const send = deployed();
    for (let index = 0; index < NAMES; index++) {
      const failed = await get(send, `https://h${String(index)}.example:${String(port)}/`).catch(
        (e: unknown) => e,
      );
      expect(failed).toBeInstanceOf(Unreachable);
      expect((failed as Unreachable).cause).toMatchObject({ code: "EINSIDE" });
    }
    expect(asked.length).toBe(NAMES);
  });

  test("that was outside when it was looked up first, and is inside at the next look-up, leads nowhere then", async () => {
    const chance = chances(SEED);
    for (let index = 0; index < EACH; index++) {
      const answers = [OUTSIDE, [insideOnes(chance)]];
      // Only looked up, so that nothing leaves this machine.
      const lookup = guarded((_name, _options, tell) => {
        tell(null, [...(answers.shift() ?? [])]);
      });
      const lookedUp = () =>
        new Promise((resolve) => {
          lookup("h.example", { all: true }, (error, addresses) => {
            resolve(error?.code ?? addresses);
          });
        });
      expect(await lookedUp()).toEqual(OUTSIDE);
      // The socket uses these addresses and does not resolve the name again.
      expect(answers.length).toBe(1);
      expect(await lookedUp()).toBe("EINSIDE");
    }
  });

  test("is judged by all of its addresses, also where the socket asks for one", async () => {
    // As Node's own look-up does, it tells the first one alone unless all are asked for.
    const addresses = [...OUTSIDE, { address: "10.0.0.1", family: 4 }];
    const lookup = guarded((_name, { all }: { readonly all?: boolean }, tell) => {
      tell(null, all === true ? addresses : addresses.slice(0, 1));
    });
    const code = await new Promise((resolve) => {
      lookup("h.example", {}, (error) => {
        resolve(error?.code);
      });
    });
    expect(code).toBe("EINSIDE");
  });

  test.each(["localhost", "LOCALHOST", "foo.localhost", "ip6-localhost", "localhost."])(
    "that means this machine is not called: %s",
    async (name) => {
      ours(() => [{ address: "127.0.0.1", family: 4 }]);
      await expect(get(deployed(), `https://${name}:${String(port)}/`)).rejects.toThrow(Unreachable);
    },
  );
});

test("a redirect is an answer, and nobody follows it", async () => {
  const server = createHttpServer((_request, response) => {
    response.writeHead(302, { location: `https://127.0.0.1:${String(port)}/r4/tenant` }).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: own } = server.address() as AddressInfo;
  // Only on a laptop may the own machine be called, and there redirects are not followed either.
  const send = openSend({ deadlineMs: 2_000, maxBytes: 1_000, allowLoopback: true });
  expect((await get(send, `http://127.0.0.1:${String(own)}/r4/tenant`)).status).toBe(302);
  server.close();
});

describe("a connection that the server closes as it is used again", () => {
  /** Asks twice of a server that closes the connection of some requests instead of answering. */
  async function askedTwice(closes: (request: number) => boolean) {
    let [requests, connections] = [0, 0];
    const server = createHttpServer((request, response) => {
      requests += 1;
      if (closes(requests)) request.socket.destroy();
      else response.end(String(requests));
    });
    server.on("connection", () => void (connections += 1));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/r4/tenant`;
    const send = openSend({ deadlineMs: 10_000, maxBytes: 1_000, allowLoopback: true });
    const ask = () =>
      get(send, url).then(
        ({ body }) => body,
        (error: unknown) => (error instanceof Unreachable ? "unreachable" : error),
      );
    const answers = [await ask(), await ask()];
    server.closeAllConnections();
    server.close();
    return { answers, requests, connections };
  }

  test("is no failure: the request is sent once more, on a new one", async () => {
    expect(await askedTwice(() => false)).toEqual({ answers: ["1", "2"], requests: 2, connections: 1 });
    const closed = await askedTwice((request) => request === 2);
    expect(closed).toEqual({ answers: ["1", "3"], requests: 3, connections: 2 });
  });

  test("is a failure where the new one is closed, too, and where it was the first", async () => {
    const gone = await askedTwice((request) => request > 1);
    expect(gone).toEqual({ answers: ["1", "unreachable"], requests: 3, connections: 2 });
    const never = await askedTwice(() => true);
    expect(never).toEqual({ answers: ["unreachable", "unreachable"], requests: 2, connections: 2 });
  });
});

test("plain http is not called, whoever it leads to", async () => {
  ours(() => [{ address: "8.8.8.8", family: 4 }]);
  await expect(get(deployed(), "http://fhir.example/")).rejects.toThrow(
    "refused to call an address without https",
  );
});
