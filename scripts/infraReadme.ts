/** The parts of infra/README.md that repeat the program's own texts. `npm run stack-readme` writes them between markers. */
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

const policy = accessPolicyName({ tenant: "<tenant>", environment: "<environment>" as "test" });

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
    return text.slice(0, from) + [begins, "", ...lines, "", ""].join("\n") + text.slice(to);
  }, page);
}
