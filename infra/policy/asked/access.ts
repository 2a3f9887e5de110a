/**
 * To whom the deployment belongs, and who holds which role in Azure. The list is complete, so that an additional role is
 * noticed as well as a missing one.
 */
import { keepsNumber } from "../../../app/domain/defaults.ts";
import { named } from "../../../app/domain/resourceNames.ts";
import { VAULT_KEYS } from "../../../app/domain/vaultKeyNames.ts";
import { vaultNames } from "../../../app/domain/vaultNames.ts";
import { QUEUE_NAMES } from "../../../app/domain/queueNames.ts";
import { guidOf } from "../../components/guid.ts";
import type { DeployedStack } from "../../deployedStack.ts";
import { featuresOf } from "../../stack/choices.ts";
import {
  asked,
  here,
  IDENTITY,
  idOf,
  inGroup,
  isProduction,
  NUMBER_GROUP,
  SERVICE,
  storageKey,
  storeKey,
  subscription,
  vaultKey,
  type Asked,
} from "./asked.ts";
import { outputOf, like } from "./expected.ts";

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Built-in roles by id: learn.microsoft.com/azure/role-based-access-control/built-in-roles */
const ROLES = {
  "Key Vault Crypto User": "12338af0-0e69-4776-bea7-57ae8d297424",
  "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
  "Key Vault Crypto Service Encryption User": "e147488a-f6f5-4113-8e2d-b22465e65bf6",
  "Storage Blob Data Reader": "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
  "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  "Storage Queue Data Contributor": "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
  "Communication and Email Service Owner": "09976791-48a7-449e-bb21-39d1a415f350",
} as const;
type Role = keyof typeof ROLES;
const DIRECTORY_KINDS = { user: "User", group: "Group", servicePrincipal: "ServicePrincipal" } as const;

const STORE_KEY = VAULT_KEYS.storeEncryption;
const STORE_IDENTITY = "managedidentity:UserAssignedIdentity " + STORE_KEY;
const PACKAGES = "storage:BlobContainer packages";

export const access = (said: DeployedStack): readonly Asked[] => [
  ...identities(said),
  ...connectorsRoles(said),
  ...deployersRoles(said),
  ...locks(said),
];

const identities = (said: DeployedStack): readonly Asked[] => [
  identity(IDENTITY, "id", said),
  ...(said.encryption === "customerKeys" ? [identity(STORE_IDENTITY, "id-store", said)] : []),
];

const identity = (key: string, kind: string, said: DeployedStack): Asked =>
  asked(
    key,
    { ...inGroup(said), ...here(said, "operational"), resourceName: named(kind, said) },
    { protect: isProduction(said) },
  );

function connectorsRoles(said: DeployedStack): readonly Asked[] {
  const names = vaultNames(said.connections);
  const connector = {
    said,
    holder: outputOf(IDENTITY, "principalId", GUID),
    kind: "ServicePrincipal",
  } as const;
  return [
    ...[
      VAULT_KEYS.wrapping,
      ...names.keys.map(({ name }) => name),
      ...(featuresOf(said).presence ? [VAULT_KEYS.graphNotifications] : []),
      ...(isProduction(said) ? [] : [VAULT_KEYS.evidence]),
    ].map((name) => role("use-" + name, "Key Vault Crypto User", "keyvault:Key " + name, connector)),
    ...(names.secrets.length > 0
      ? [role("secrets", "Key Vault Secrets User", vaultKey(said), connector)]
      : []),
    role("packages", "Storage Blob Data Reader", PACKAGES, connector),
    ...Object.values(QUEUE_NAMES).map((queue) =>
      role(queue, "Storage Queue Data Contributor", "storage:Queue " + queue, connector),
    ),
    role("messaging", "Communication and Email Service Owner", SERVICE, connector),
    ...(said.encryption === "customerKeys"
      ? [
          role(STORE_KEY, "Key Vault Crypto Service Encryption User", "keyvault:Key " + STORE_KEY, {
            ...connector,
            holder: outputOf(STORE_IDENTITY, "principalId", GUID),
          }),
        ]
      : []),
  ];
}

/** Whoever deploys may upload packages, and buy the number where the stack has one. */
const deployersRoles = (said: DeployedStack): readonly Asked[] =>
  said.deployers.flatMap(({ objectId, kind }) => {
    const deployer = { said, holder: objectId, kind: DIRECTORY_KINDS[kind] };
    return [
      role("packages-" + objectId, "Storage Blob Data Contributor", PACKAGES, deployer),
      ...(said.number === undefined
        ? []
        : [role("number-" + objectId, "Communication and Email Service Owner", SERVICE, deployer)]),
    ];
  });

interface Holder {
  readonly said: DeployedStack;
  readonly holder: string | ReturnType<typeof outputOf>;
  readonly kind: string;
}

const role = (name: string, what: Role, of: string, { said, holder, kind }: Holder): Asked =>
  asked("authorization:RoleAssignment " + name, {
    roleAssignmentName: guidOf([said.azure.subscriptionId, said.tenant, said.environment, name].join("/")),
    roleDefinitionId:
      subscription(said) + "/providers/Microsoft.Authorization/roleDefinitions/" + ROLES[what],
    scope: idOf(said, of),
    principalId: holder,
    principalType: kind,
  });

/** Locks over production's stores, and over the number of any stack that gets one. */
function locks(said: DeployedStack): readonly Asked[] {
  const kept = {
    store: storeKey(said),
    vault: vaultKey(said),
    storage: storageKey(said),
    number: NUMBER_GROUP,
  };
  return Object.entries(kept)
    .filter(([kind]) => isProduction(said) || (kind === "number" && keepsNumber(said)))
    .map(([kind, of]) =>
      asked("authorization:ManagementLockByScope locks-" + kind, {
        lockName: "keep",
        level: "CanNotDelete",
        notes: like(/\S/),
        scope: idOf(said, of),
      }),
    );
}
