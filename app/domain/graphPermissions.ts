/** What the app registration asks for at Microsoft Graph, each for one thing the connector does. */
import type { StackSettings } from "../../infra/stack.ts";

export interface GraphPermission {
  readonly value: string;
  /** The same in every directory (https://learn.microsoft.com/graph/permissions-reference). */
  readonly id: string;
  /** Role: the connector by itself, which an administrator consents to. Scope: on behalf of who signs in. */
  readonly kind: "Role" | "Scope";
}

/** Clinicians sign in: who they are, and what they are called. */
const SIGN_IN: readonly GraphPermission[] = [
  { value: "openid", id: "37f7f235-527c-4136-accd-4a02d197296e", kind: "Scope" },
  { value: "profile", id: "14dad69e-099b-42c9-810b-d002981feec1", kind: "Scope" },
];

const MEETINGS: GraphPermission = {
  value: "OnlineMeetings.ReadWrite.All",
  id: "b8bb2037-6e08-44ac-a4ea-4674e010e2a4",
  kind: "Role",
};

const STAFF_NAMES: GraphPermission = {
  value: "User.ReadBasic.All",
  id: "97235f07-e226-4f63-ace3-39588e11d3a1",
  kind: "Role",
};

export const graphPermissions = ({
  features,
}: Pick<StackSettings, "features">): readonly GraphPermission[] => [
  ...SIGN_IN,
  MEETINGS,
  ...(features.staffNames ? [STAFF_NAMES] : []),
];
