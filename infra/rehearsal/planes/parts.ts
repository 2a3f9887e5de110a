/** What the data planes and the vendors are opened with. */
import type { Tenant } from "../../../app/sandbox/microsoft/entra/tenant.ts";
import type { Cloud } from "../azure/controlPlane/model.ts";
import type { Front } from "../front/hosts/front.ts";
import type { TokenVerifier } from "./access/bearer.ts";

export interface Parts {
  /** A function, because the cloud is opened with the planes' hooks and so exists only later. */
  readonly cloud: () => Cloud;
  readonly front: Front;
  readonly tenant: Tenant;
  readonly tokens: TokenVerifier;
}
