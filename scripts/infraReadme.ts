/** The parts of infra/README.md that repeat the program's own texts. `npm run stack-readme` writes them between markers. */
import { featuresOf } from "../app/domain/defaults.ts";
import { featuresSchema } from "../app/domain/features.ts";
import { type GraphFeatures, graphPermissions } from "../app/domain/graphPermissions.ts";
import { verification } from "../app/domain/byHand/dns.ts";
import { clientIdCommand } from "../app/domain/byHand/entra.ts";
import { accessPolicyName } from "../app/domain/byHand/teams.ts";
import {
  AZURE_ROLES,
  ENTRA_RIGHTS,
  GROUP_NEEDS,
  NUMBER_NEEDS,
  NUMBER_REACHES,
} from "../app/domain/byHand/needs.ts";
import { PROVIDERS } from "../infra/stack/providers.ts";

const bold = (texts: readonly string[]) => texts.map((text) => `**${text}**`).join(", ");

function entraRows(): string[] {
  const { byPerson, granted } = ENTRA_RIGHTS;
  const added = granted.permissions.filter((one) => !byPerson.permissions.includes(one));
  return [
    "| `up` is run by | Needs | With `microsoft.consent: granted` |",
    "| --- | --- | --- |",
    `| a person or a group | directory role ${bold([byPerson.role])} | ${bold([granted.role])} instead |`,
    `| a pipeline (service principal) | Microsoft Graph application permissions ${bold(byPerson.permissions)}, consented | also ${bold(added)} |`,
  ];
}

const NOBODYS = { tenant: "<tenant>", environment: "<environment>" as "test" };
const policy = accessPolicyName(NOBODYS);

const NO_FEATURES: GraphFeatures = { staffNames: false, attendance: false, callQuality: false };
const FEATURES = ["staffNames", "attendance", "callQuality"] as const;

/** Each permission, with the feature that asks for it. */
function permissionRows(): string[] {
  const meant = featuresOf("test", false, featuresSchema.parse({}));
  const asks = (features: GraphFeatures, value: string) =>
    graphPermissions(features).some((one) => one.value === value);
  const when = (value: string) => {
    if (asks(NO_FEATURES, value)) return "always";
    const feature = FEATURES.find((one) => asks({ ...NO_FEATURES, [one]: true }, value));
    if (feature === undefined) throw new Error("No feature asks for " + value);
    return meant[feature]
      ? `unless \`features.${feature}: false\``
      : `with \`features.${feature}: true\` alone`;
  };
  return [
    "| Permission | Asked for | For |",
    "| --- | --- | --- |",
    ...graphPermissions({ staffNames: true, attendance: true, callQuality: true }).map(
      ({ value, kind, purpose }) =>
        `| \`${value}\` (${kind === "Role" ? "application" : "delegated"}) | ${when(value)} | ${purpose} |`,
    ),
  ];
}

const PARTS: Readonly<Record<string, readonly string[]>> = {
  "azure-rights": [
    "| Right | Where | For |",
    "| --- | --- | --- |",
    `| ${bold([AZURE_ROLES.makes])} | subscription | both resource groups and what is in them; the subscription's own diagnostic setting |`,
    `| test without \`number\` and \`numbers\`: ${bold([AZURE_ROLES.grants])} | subscription | role assignments |`,
    `| production, and wherever there is a \`number\`, or \`numbers: portal\`: ${bold([AZURE_ROLES.grantsAndLocks])} instead of it | subscription | role assignments and the deletion locks |`,
  ],
  "entra-rights": [...entraRows(), "", GROUP_NEEDS],
  providers: [
    "```sh",
    `for name in ${PROVIDERS.map((name) => name.replace("Microsoft.", "")).join(" ")}; do`,
    "  az provider register --namespace Microsoft.$name",
    "done",
    "```",
  ],
  number: [`${NUMBER_NEEDS} It is toll-free, and texts phones in ${NUMBER_REACHES} only.`],
  "client-id": ["```sh", clientIdCommand(NOBODYS), "```"],
  permissions: permissionRows(),
  "mail-verification": ["```sh", ...verification("<mail.domain>", "rg-<tenant>-<environment>-number"), "```"],
  "access-policy": [
    "```powershell",
    "Connect-MicrosoftTeams",
    `New-CsApplicationAccessPolicy -Identity "${policy}" -AppIds "<client id>" -Description "Meetings of the departments' accounts"`,
    `Grant-CsApplicationAccessPolicy -PolicyName "${policy}" -Identity "<organizer's object id>"`,
    "```",
  ],
};

/**
 * The page with its generated parts replaced.
 * @throws when one of them has no markers on the page
 */
export function infraReadme(page: string): string {
  return Object.entries(PARTS).reduce((text, [name, lines]) => {
    const [begins, ends] = [`<!-- ${name}: npm run stack-readme writes this -->`, `<!-- ${name} ends -->`];
    const [from, to] = [text.indexOf(begins), text.indexOf(ends)];
    if (from < 0 || to < from)
      throw new Error(`infra/README.md has no place for ${name}: ${begins} … ${ends}`);
    // Within a list each line stands as far in as its marker.
    const indented = /[^\n]*$/.exec(text.slice(0, from))?.[0] ?? "";
    const inside = ["", ...lines, "", ""].map((line) => (line === "" ? line : indented + line)).join("\n");
    return text.slice(0, from) + begins + "\n" + inside + indented + text.slice(to);
  }, page);
}
