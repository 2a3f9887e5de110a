/** Checks whether the first `pulumi up` has a place from which it can upload its package. */
import type { Check } from "./finding.ts";

/** Storage lets in the addresses of `deployFrom` and the deployment's own network, which the first `pulumi up` makes. */
export const placeToDeployFrom: Check = ({ stack }) =>
  Promise.resolve(
    (stack.deployFrom ?? []).length > 0
      ? []
      : [
          {
            mark: "warn",
            about: "Where packages are uploaded from",
            why: "deployFrom is left out, so only the deployment's own network lets a package in, and the first pulumi up makes that network",
            next: "expect the first pulumi up to stop at the package, start a runner in the subnet runners and run it again there; or list an address under deployFrom",
          },
        ],
  );
