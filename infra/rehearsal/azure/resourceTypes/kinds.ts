/** Every Azure type that the rehearsal knows. */
import type { Kind } from "../controlPlane/model.ts";
import { COMMUNICATION } from "./communication.ts";
import { COSMOS } from "./cosmos.ts";
import { DIAGNOSTICS } from "./diagnostics.ts";
import { DNS } from "./dns.ts";
import { EDGE } from "./edge.ts";
import { EVENT_GRID } from "./eventgrid.ts";
import { FOUNDATION } from "./foundation.ts";
import { KEY_VAULT } from "./keyvault.ts";
import { MONITOR } from "./monitor.ts";
import { NETWORK_KINDS } from "./network.ts";
import { PLANS } from "./plan.ts";
import { SITES } from "./site.ts";
import { SITE_CONFIG } from "./siteConfig.ts";
import { STORAGE } from "./storage.ts";
import { UPKEEP } from "./upkeep.ts";

export const AZURE_KINDS: readonly Kind[] = [
  FOUNDATION,
  COMMUNICATION,
  COSMOS,
  DIAGNOSTICS,
  DNS,
  EDGE,
  EVENT_GRID,
  KEY_VAULT,
  MONITOR,
  NETWORK_KINDS,
  PLANS,
  SITES,
  SITE_CONFIG,
  STORAGE,
  UPKEEP,
].flat();
