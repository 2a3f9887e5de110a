/** The outside: it counts what really happens to it, in a process that nobody kills. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Turn } from "../../app/web/flow.ts";
import type { Outside } from "./kinds.ts";

const MOST_MS = 20;

export interface Counts {
  /** For each job's id, the numbers of the tries that acted, in the order in which they came. */
  readonly acted: ReadonlyMap<string, readonly number[]>;
  /** Ids of jobs that acted before they were due. */
  readonly early: readonly string[];
  /** Ids of jobs for which two acts were under way at once. */
  readonly together: readonly string[];
  /** How often the periodic work was done, by the time at which the turn before began. */
  readonly rounds: ReadonlyMap<string, number>;
}

export interface Counter {
  readonly port: number;
  readonly counts: Counts;
  stop(): Promise<void>;
}

export async function startCounter(): Promise<Counter> {
  const acted = new Map<string, number[]>();
  const rounds = new Map<string, number>();
  const early: string[] = [];
  const together: string[] = [];
  const counts = { acted, early, together, rounds };
  const underWay = new Set<string>();
  /** Answers after a moment, during which the caller may be killed. A caller that hangs up does not undo the act. */
  const takes = (id: string, request: IncomingMessage, response: ServerResponse) => {
    if (underWay.has(id)) together.push(id);
    underWay.add(id);
    const end = () => underWay.delete(id);
    request.socket.once("close", end);
    setTimeout(() => {
      request.socket.off("close", end);
      end();
      response.end("done");
    }, Math.random() * MOST_MS);
  };
  const server: Server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://outside.invalid");
    const id = searchParams.get("id") ?? "";
    switch (pathname) {
      case "/happened":
        response.end(acted.has(id) ? "yes" : "no");
        return;
      case "/act":
        if (Date.now() < Number(searchParams.get("due"))) early.push(id);
        acted.set(id, [...(acted.get(id) ?? []), Number(searchParams.get("tries"))]);
        takes(id, request, response);
        return;
      default: {
        const since = searchParams.get("since") ?? "";
        rounds.set(since, (rounds.get(since) ?? 0) + 1);
        takes("what comes round", request, response);
      }
    }
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    counts,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function outsideAt(port: number): Outside & { round(turn: Turn): Promise<void> } {
  const ask = async (path: string, signal: AbortSignal) => {
    const answer = await fetch(`http://127.0.0.1:${String(port)}${path}`, { signal });
    return answer.text();
  };
  return {
    happened: async (id, signal) => (await ask("/happened?id=" + encodeURIComponent(id), signal)) === "yes",
    async act({ id, due, tries, signal }) {
      const query = `id=${encodeURIComponent(id)}&due=${String(due.getTime())}&tries=${String(tries)}`;
      await ask("/act?" + query, signal);
    },
    async round({ since, signal }) {
      await ask("/round?since=" + String(since?.getTime() ?? ""), signal);
    },
  };
}
