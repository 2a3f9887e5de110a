/**
 * How much memory a vendor's endless body costs: 400 MB, plain and compressed, from a server in this process to adapters in
 * a process of their own, which have read an ordinary answer before.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { createGzip } from "node:zlib";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { rounded, type Row } from "./row.ts";

const MEGABYTE = 1024 * 1024;
const HEAVY_MB = 400;

export async function heavyVendorRows(): Promise<Row[]> {
  const server = createServer((request, response) => {
    const kind = /^\/(plain|packed)\//.exec(request.url ?? "")?.[1];
    request.resume();
    if (kind === undefined)
      response.setHeader("content-type", "application/json").end('{"resourceType":"Patient"}');
    else void heavy(response, kind === "packed");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const origin =
    "http://127.0.0.1:" + String(typeof address === "object" && address !== null ? address.port : 0);
  try {
    const rows: Row[] = [];
    for (const kind of ["plain", "packed"])
      rows.push({
        name: `a vendor's body of ${String(HEAVY_MB)} MB, ${kind}`,
        value: rounded(await growth(origin, kind), 0),
        unit: "MB more",
        target: 20,
        direction: "at-most",
      });
    return rows;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function heavy(response: ServerResponse, packed: boolean): Promise<void> {
  response.writeHead(200, {
    "content-type": "application/json",
    ...(packed && { "content-encoding": "gzip" }),
  });
  // The body ends when the client closes the connection.
  await (packed ? pipeline(body(), createGzip(), response) : pipeline(body(), response)).catch(
    () => undefined,
  );
}

/** The body is valid JSON up to its last byte, so that no client can give up earlier because of its content. */
function body(): Readable {
  const spaces = Buffer.alloc(MEGABYTE, " ");
  return Readable.from(
    (function* () {
      for (let sent = 0; sent < HEAVY_MB; sent++) yield spaces;
      yield Buffer.from("{}");
    })(),
  );
}

/** The most memory in megabytes that any of the adapters needed beyond what the process had before. */
async function growth(origin: string, kind: string): Promise<number> {
  const program = fileURLToPath(new URL("heavyVendorProcess.ts", import.meta.url));
  const child = spawn(process.execPath, [program, origin, kind], { stdio: ["ignore", "pipe", "inherit"] });
  let told = "";
  child.stdout.on("data", (text: Buffer) => (told += text.toString()));
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error("the adapters' process ended with code " + String(code));
  return Number(told);
}
