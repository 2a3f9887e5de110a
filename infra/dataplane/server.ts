import { serve as serveProvider, type Served } from "../protocol/serve.ts";
import { connectorPackage } from "./package.ts";
import { phoneNumber } from "./number.ts";
import { provider, type Ground } from "./provider.ts";
import { ready } from "./ready.ts";

/** The plugin on a free port of loopback, for one engine. */
export const serve = (ground: Omit<Ground, "resources">): Promise<Served> =>
  serveProvider(provider({ resources: [phoneNumber, connectorPackage, ready], ...ground }));
