/** How much time the connector adds to a launch besides its calls to vendors, which are counted as well. */
import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { launchOf, signInToPowerChart } from "../../test/harness/clinician.ts";
import { Person } from "../../test/harness/person.ts";
import { startDeployment, type Deployment } from "../../test/harness/deployment.ts";
import { median, rounded, type Row } from "./row.ts";

const LAUNCHES = 30;
const WARM_UP = 5;

interface Call {
  readonly begun: number;
  ended: number;
}

export async function launchRows(): Promise<Row[]> {
  const deployment = await startDeployment();
  try {
    const calls = watchCalls([
      deployment.sandbox.oracle.backChannel,
      deployment.sandbox.microsoft.backChannel,
    ]);
    const own: number[] = [];
    const counts: number[] = [];
    for (let launch = 0; launch < WARM_UP + LAUNCHES; launch++) {
      calls.length = 0;
      const spent = await connectorTime(deployment);
      if (launch < WARM_UP) continue;
      own.push(spent - covered(calls));
      counts.push(calls.length);
    }
    return [
      {
        name: "launch beyond its upstream calls",
        value: rounded(median(own), 1),
        unit: "ms",
        target: 10,
        direction: "at-most",
      },
      {
        name: "upstream calls of a launch",
        value: median(counts),
        unit: "calls",
        target: 8,
        direction: "at-most",
      },
    ];
  } finally {
    await deployment.stop();
  }
}

/** The connector's own time in its three answers: the launch, the callback, the visit's page. */
async function connectorTime(deployment: Deployment): Promise<number> {
  const person = new Person();
  const launch = await launchOf(deployment, "startsSoon");
  await signInToPowerChart(deployment, person, launch);
  let spent = 0;
  const timed = async (url: URL | string) => {
    const begun = performance.now();
    const page = await person.open(url, () => true);
    spent += performance.now() - begun;
    return page;
  };
  const toSignIn = await timed(deployment.sandbox.oracle.launchUrl(launch));
  const back = await person.open(toSignIn.url, (url) => url.origin === deployment.url);
  const toVisit = await timed(back.url);
  const visit = await timed(toVisit.url);
  if (visit.status !== 200)
    throw new Error("the launch did not reach the visit's page: " + String(visit.status));
  return spent;
}

/** Records calls to the vendors from this process, whichever HTTP client makes them. */
function watchCalls(origins: readonly string[]): Call[] {
  const hosts = new Set(origins.map((origin) => new URL(origin).host));
  const calls: Call[] = [];
  const open = new Map<object, Call>();
  const begin = (request: object) => {
    const call = { begun: performance.now(), ended: 0 };
    open.set(request, call);
    calls.push(call);
  };
  const end = (request: object) => {
    const call = open.get(request);
    if (call !== undefined) call.ended = performance.now();
    open.delete(request);
  };
  subscribe("http.client.request.start", (message) => {
    const { request } = message as { request: ClientRequest };
    if (hosts.has(String(request.getHeader("host")))) begin(request);
  });
  subscribe("http.client.response.finish", (message) => {
    const { request, response } = message as { request: ClientRequest; response: NodeJS.ReadableStream };
    response.once("close", () => end(request));
  });
  subscribe("undici:request:create", (message) => {
    const { request } = message as { request: { origin: string } };
    if (hosts.has(new URL(request.origin).host)) begin(request);
  });
  subscribe("undici:request:trailers", (message) => {
    end((message as { request: object }).request);
  });
  return calls;
}

/** The time during which at least one call was under way. */
function covered(calls: readonly Call[]): number {
  let until = 0;
  let total = 0;
  for (const { begun, ended } of [...calls].sort((a, b) => a.begun - b.begun)) {
    total += Math.max(0, ended - Math.max(begun, until));
    until = Math.max(until, ended);
  }
  return total;
}
