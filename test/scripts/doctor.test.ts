/** What `npm run doctor` says on a machine that lacks something. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Runs `npm run doctor`. It succeeds whatever it reports, unless nothing can run here. */
async function doctor(environment: Record<string, string>): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["scripts/doctor.js"], {
    cwd: root,
    env: { ...process.env, ...environment },
  });
  return stdout;
}

test("a port that somebody else has is named, with the way round", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const said = await doctor({ PORT: String(port - 3) });
  other.close();
  expect(said).toMatch(
    new RegExp(`^--  Ports ${String(port - 3)} to \\d+: in use is .*\\b${String(port)}\\b`, "m"),
  );
  expect(said).toContain("or choose other ports: PORT=4000 npm start.");
});

test("programs that are missing are named with what they are for, and keep nobody from npm start", async () => {
  const said = await doctor({ PATH: "/nowhere", CHROMIUM_PATH: "/nowhere/chromium", PORT: "none" });
  expect(said).toContain("--  No Chromium, for the browser tests");
  expect(said).toContain("--  No az, for signing in to Azure");
  expect(said).toContain("--  PORT=none\n      PORT must be a number from 1024 to 65500.");
  expect(said).toMatch(/^ok {2}Packages for npm test$/m);
  expect(said).toMatch(/npm start and npm test can run here\.\n$/);
});
