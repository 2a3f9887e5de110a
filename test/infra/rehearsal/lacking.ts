/**
 * What a deployment of lamna-test may lack by a slip in the program, and the words by which its visit names it. The real
 * engine rehearses the same slips, two in a run (rehearse.slow.test.ts); here each is tried in every run.
 */
import { type Properties, textAt, withAt } from "../../../infra/rehearsal/azure/controlPlane/json.ts";
import { azure } from "../../../infra/rehearsal/azure/resourceTypes/require.ts";
import type { Made, Standing } from "./inProcess.ts";
import { missingAny, whileChanged } from "./takeAway.ts";

interface Lacking {
  readonly what: string;
  readonly says: RegExp;
  /** @returns what the visit says meanwhile */
  readonly told: (standing: Standing) => Promise<string | undefined>;
}

const SETTINGS = azure("web:WebAppApplicationSettings");
const SITE = azure("web:WebApp");
const ROLE = azure("authorization:RoleAssignment");

/** Lacks every resource that one of these names, each as `<type> <name>`. */
const without =
  (...named: readonly RegExp[]): Lacking["told"] =>
  (standing) => {
    const isNamed = ({ type, name }: Made) => named.some((one) => one.test(`${type} ${name}`));
    const taken = standing.made.filter(isNamed);
    if (taken.length < named.length)
      throw new Error("Nothing is made that " + named.join(" or ") + " names.");
    return missingAny(standing, taken);
  };

const changed =
  (type: string, change: (all: Properties) => Properties): Lacking["told"] =>
  (standing) =>
    whileChanged(standing, type, /./u, change);

const roleOf = (name: string) => new RegExp(`^${ROLE} ${name}$`, "u");
const queue = (name: string) => new RegExp(`^${azure("storage:Queue")} ${name}$`, "u");

export const LACKING: readonly Lacking[] = [
  {
    what: "a required setting",
    says: /does not start: .*MICROSOFT_GRAPH is missing/s,
    told: changed(SETTINGS, (all) => withAt(all, "properties.MICROSOFT_GRAPH", "")),
  },
  {
    what: "the startup command",
    says: /does not start: There is no startup command/,
    told: changed(SITE, (all) => withAt(all, "siteConfig.appCommandLine", "")),
  },
  {
    what: "what the startup command names",
    says: /does not start: .*other\.js/s,
    told: changed(SITE, (all) => {
      const command = textAt(all, "siteConfig.appCommandLine") ?? "";
      return withAt(all, "siteConfig.appCommandLine", command.replace("connector.js", "other.js"));
    }),
  },
  {
    what: "the site's role on the packages",
    says: /does not start: .*lacks Storage Blob Data Reader/s,
    told: without(roleOf("packages")),
  },
  {
    what: "the site's role on the keys",
    says: /may not use the vault: a role assignment/s,
    told: without(roleOf("use-.*")),
  },
  {
    what: "the site's role on the key that Oracle knows it by",
    says: /may not use the vault: a role assignment.*keys\/fhir-lamna-test/s,
    told: without(roleOf("use-fhir-lamna-test")),
  },
  {
    what: "the site's role on the store",
    says: /may not use the store: a role assignment/,
    told: without(/cosmosdb:SqlResourceSqlRoleAssignment connector$/u),
  },
  {
    what: "a container",
    says: /has no container visits/,
    told: without(/cosmosdb:SqlResourceSqlContainer visits$/u),
  },
  ...["work", "work-poison"].map((name): Lacking => ({
    what: "the queue " + name,
    says: new RegExp(`no queue ${name}, which|may not use the queue ${name}: a role`, "u"),
    told: without(queue(name), roleOf(name)),
  })),
  {
    what: "the site's role on the queues",
    says: /may not use the queue work(-poison)?: a role assignment/,
    told: without(roleOf("work"), roleOf("work-poison")),
  },
  {
    what: "the federated credential",
    says: /federated credential/,
    told: without(/ApplicationFederatedIdentityCredential /u),
  },
];
