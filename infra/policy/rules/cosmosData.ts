/** Rules about Cosmos DB's containers, and about who may do what with the data in them. */
import { containers } from "../../../app/records/containers.ts";
import { all, atLeast, each, isThere } from "../checks.ts";
import { CONTROLS } from "../controls.ts";
import { at, items, said, UNKNOWN } from "../reading.ts";
import { rule, ruleInTwoHalves, type Check, type Finding, type Related, type Stack } from "../rule.ts";

const DATABASE = "azure-native:cosmosdb:SqlResourceSqlDatabase";
const CONTAINER = "azure-native:cosmosdb:SqlResourceSqlContainer";
const ROLE = "azure-native:cosmosdb:SqlResourceSqlRoleDefinition";
const ASSIGNMENT = "azure-native:cosmosdb:SqlResourceSqlRoleAssignment";

const DATA = "Microsoft.DocumentDB/databaseAccounts/";
/** The data actions that the connector uses; only the deployment creates and removes containers. */
const DATA_ACTIONS = [
  DATA + "readMetadata",
  ...["create", "read", "replace", "delete"].map((verb) => DATA + "sqlDatabases/containers/items/" + verb),
  DATA + "sqlDatabases/containers/executeQuery",
  DATA + "sqlDatabases/containers/readChangeFeed",
];

export const cosmosDataRules = [
  rule(
    "EHR-COS-12",
    {
      says: "What is kept for a while expires, and containers are those the documentation names",
      severity: "high",
      control: CONTROLS.minimumNecessary,
      remedy:
        "Make containers from app/records/containers.ts: partition key /partition, defaultTtl -1 where items expire.",
    },
    [CONTAINER],
    container,
  ),
  ruleInTwoHalves(
    "EHR-COS-13",
    {
      says: "Only the connector's identity may use the data, and only its database",
      severity: "critical",
      control: CONTROLS.leastPrivilege,
      remedy:
        "Assign the stack's own role definition to the user-assigned identity's principalId, with the database as scope (<account id>/dbs/<database's name output>).",
    },
    [ASSIGNMENT],
    all(isThere("principalId"), isThere("roleDefinitionId"), databaseScope),
    assignmentRelations,
  ),
  rule(
    "EHR-COS-14",
    {
      says: "The data role allows items, queries and the change feed, and nothing else",
      severity: "high",
      control: CONTROLS.leastPrivilege,
      remedy: "List only data actions on items, executeQuery, readChangeFeed and readMetadata.",
    },
    [ROLE],
    all(atLeast("permissions.length", 1), (resource) =>
      each("permissions", (permission, where) =>
        each("dataActions", (action, which) =>
          typeof action === "string" && DATA_ACTIONS.includes(action)
            ? []
            : [where + "." + which + " " + said(action) + "; the connector does not need it"],
        )({ ...resource, props: permission }),
      )(resource),
    ),
  ),
];

function container({ props }: Parameters<Check>[0]): readonly string[] {
  const name = at(props, "resource.id");
  const definition = containers.find((one) => one.name === name);
  if (definition === undefined) return ["resource.id " + said(name) + "; no such container is documented"];
  const violations: string[] = [];
  const paths = items(props, "resource.partitionKey.paths");
  if (paths === UNKNOWN || paths.length !== 1 || paths[0] !== definition.partitionKey)
    violations.push("resource.partitionKey.paths must be " + definition.partitionKey);
  const expires = at(props, "resource.defaultTtl");
  if (definition.ttl && expires !== -1)
    violations.push(
      "resource.defaultTtl " +
        said(expires) +
        "; it must be -1, or " +
        definition.name +
        " are kept for ever",
    );
  return violations;
}

function databaseScope({ props }: Parameters<Check>[0]): readonly string[] {
  const scope = at(props, "scope");
  return scope === UNKNOWN || (typeof scope === "string" && /\/dbs\/[^/]+/.test(scope))
    ? []
    : ["scope " + said(scope) + "; it must be a database, not the account"];
}

function assignmentRelations(stack: Stack): readonly Finding[] {
  const from = (one: Related, property: string, type: string) =>
    one.fedBy(property).some((it) => it.type === type);
  return stack.of(ASSIGNMENT).flatMap((about) => {
    const violations: string[] = [];
    if (!from(about, "principalId", "azure-native:managedidentity:UserAssignedIdentity"))
      violations.push("principalId is not the stack's managed identity");
    if (!from(about, "scope", DATABASE) && !from(about, "scope", CONTAINER))
      violations.push("scope does not come from the stack's database");
    if (!from(about, "roleDefinitionId", ROLE))
      violations.push("roleDefinitionId is not the stack's own role");
    return violations.map((says) => ({ about, says }));
  });
}
