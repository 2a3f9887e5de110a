/** Our provider plugin: the three things that Azure's management plane cannot do. The engine starts it and reads its port. */
import { deployer, withDeadline } from "./credential.ts";
import { deployerEnvironment, readyWithinSeconds } from "./environment.ts";
import { serve } from "./server.ts";

void start();

async function start(): Promise<void> {
  const { port } = await serve({
    credential: withDeadline(deployer(deployerEnvironment())),
    readyWithinSeconds: readyWithinSeconds(),
  });
  process.stdout.write(String(port) + "\n");
}
