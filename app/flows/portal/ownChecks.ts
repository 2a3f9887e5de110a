/**
 * The portal's own check: whether the hospital's administrators have consented to the permissions that the registration
 * needs in Microsoft Graph.
 */
import type { Check } from "../../web/flow.ts";
import type { PortalPicks } from "./parts.ts";

export async function portalChecks({ grants }: Pick<PortalPicks, "grants">): Promise<readonly Check[]> {
  const check = { name: "graph-permissions" } as const;
  const missing = await grants.missing();
  if (missing === "not-told")
    return [
      { ...check, unseen: "Microsoft gave no token just now, which would list what was consented to." },
    ];
  if (missing.length === 0) return [check];
  return [
    {
      ...check,
      fault: `Nobody has consented to ${missing.join(" and ")}. A consent counts after a minute or two.`,
    },
  ];
}
