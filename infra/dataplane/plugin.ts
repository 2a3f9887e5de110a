/**
 * Our provider plugin, for the three kinds of resources that Azure's management plane cannot make. The engine starts it and
 * reads its port.
 */
import { setTimeout as passed } from "node:timers/promises";
import { deployer, withDeadline } from "./credential.ts";
import { azureSecondMs, deployerEnvironment, readyWithinSeconds } from "./environment.ts";
import { serve } from "./server.ts";

void start();

async function start(): Promise<void> {
  const { port } = await serve({
    credential: withDeadline(deployer(deployerEnvironment())),
    now: () => new Date(),
    wait: (milliseconds, signal) =>
      passed((milliseconds / 1000) * azureSecondMs(), undefined, signal && { signal }),
    readyWithinSeconds: readyWithinSeconds(),
  });
  process.stdout.write(String(port) + "\n");
}
