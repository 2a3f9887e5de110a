/** Serves the plugin on a free loopback port, for one engine. */
import { serve as serveProvider, type Served } from "../protocol/serve.ts";
import { connectorPackage } from "./package.ts";
import { phoneNumber } from "./number.ts";
import { provider, type ProviderOptions } from "./provider.ts";
import { ready } from "./ready.ts";

export const serve = (options: Omit<ProviderOptions, "resources">): Promise<Served> =>
  serveProvider(provider({ resources: [phoneNumber, connectorPackage, ready], ...options }));
