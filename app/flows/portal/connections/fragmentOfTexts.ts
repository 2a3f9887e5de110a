/**
 * Writes what administrators have set of texts, of the number and of approvals as lines of a stack file, which takes them over
 * as it does connections.
 */
import type { Verification } from "../../../domain/texting.ts";
import type { PortalApprovals } from "../../../records/approvalSettings.ts";
import type { PortalTexting } from "../../../records/portalTexting.ts";

export interface SetBeside {
  /** What is set of texts; of that, whatever the stack file has already is absent. */
  readonly texting: Pick<PortalTexting, "consents" | "live" | "staff">;
  /** Whether what is set of texts cannot be read, so that the fragment lacks it. */
  readonly isUnreadable: boolean;
  /** The rows of other settings that cannot be read, so that the fragment lacks them. */
  readonly unreadable: readonly string[];
  /** Ids of the connections whose patients are texted, by the chart that each leads to now. */
  readonly texted: readonly string[];
  /** The number, how far the carriers are with it, and whether it is the stack file's already; undefined where none is there. */
  readonly number: { readonly verification: Verification; readonly isStackFiles: boolean } | undefined;
  /** Whether nobody can say whether there is a number, so that the fragment lacks it. */
  readonly isNumberUnknown: boolean;
  /** Absent where the stack file has it already. */
  readonly approvals: PortalApprovals | undefined;
  /** The stack file's keys that go before what was set here. */
  readonly said: readonly string[];
}

/** @param known ids of the connections that the stack file has, or will have by the fragment */
export function besideConnections(
  set: SetBeside,
  known: ReadonlySet<string>,
): { readonly notes: readonly string[]; readonly lines: readonly string[] } {
  const sms = texts(set, known);
  const { approvals, said } = set;
  const number = set.number?.isStackFiles === false && !set.isUnreadable ? set.number : undefined;
  return {
    notes: [
      ...said.map((key) => `# In the stack file already, and therefore left out: ${key}.`),
      ...(set.isUnreadable
        ? ["# What is set of texts cannot be read now, and is left out: consents, live, staff, verification."]
        : []),
      ...(set.isNumberUnknown
        ? ["# Whether there is a number cannot be read now, so it is left out: number, live."]
        : []),
      ...set.unreadable.map((row) => `# Cannot be read now, and is left out: ${row}.`),
      ...sms.notes,
      ...(number === undefined
        ? []
        : ["# The number was generated in the portal: pulumi up takes it over. Take numbers: portal out."]),
      "# Not in a stack file, and stays here: department managers, allocation, reports, what Oracle was given.",
    ],
    lines: [
      ...sms.lines,
      ...staff(set),
      ...(number === undefined ? [] : ["    number:", `      verification: ${number.verification}`]),
      ...(approvals === undefined
        ? []
        : ["    approvals:", `      secondPerson: ${String(approvals.secondPerson)}`]),
    ],
  };
}

function texts({ texting, texted, number, isNumberUnknown }: SetBeside, known: ReadonlySet<string>) {
  const { consents, live } = texting;
  if (consents === undefined) return { notes: [], lines: [] };
  const others = texted.filter((id) => !known.has(id));
  const notes = others.map(
    (id) => `# Patients of ${id} are texted, too: put it under sms.connections with it.`,
  );
  const left = texted.filter((id) => known.has(id));
  if (left.length === 0)
    return {
      notes: [
        ...notes,
        "# Both consents stay here: a stack file has them for a connection that it has, at least.",
      ],
      lines: [],
    };
  const isEarly = live === true && number !== undefined && number.verification !== "approved";
  const isApprovedHere = live === true && !isEarly && number?.isStackFiles === true;
  return {
    notes: [
      ...notes,
      ...(isEarly ? ["# Texts are live, and sms.live is left out until the carriers have approved."] : []),
      ...(isApprovedHere ? ["# With sms.live the stack file has number.verification: approved."] : []),
    ],
    lines: [
      "    sms:",
      "      consents:",
      ...(["sendOnBehalf", "attendeesConsent"] as const).map((name) => {
        const { by, at } = consents[name];
        return `        ${name}: { by: ${text(by)}, at: ${text(at.slice(0, 10))} }`;
      }),
      `      connections: [${left.map(text).join(", ")}]`,
      // What the stack file leaves out stays the portal's: a pilot is ended there, or here.
      ...(live === true && !isEarly && !isNumberUnknown ? ["      live: true"] : []),
    ],
  };
}

function staff({ texting: { staff: listed } }: SetBeside): readonly string[] {
  if (listed === undefined || listed.phones.length + listed.mails.length === 0) return [];
  return [
    "    staffRecipients:",
    `      phones: [${listed.phones.map(text).join(", ")}]`,
    `      mails: [${listed.mails.map(text).join(", ")}]`,
  ];
}

/**
 * A text as a JSON string, which is a YAML string, too. It stays on its line in a comment, and Pulumi's engine reads it: what
 * is a line end to YAML, or a character that its readers refuse even in quotes, is escaped.
 */
export const text = (value: string): string =>
  JSON.stringify(value).replaceAll(
    /[\u007F-\u009F\u2028\u2029\uFFFE\uFFFF]/g,
    (one) => "\\u" + one.charCodeAt(0).toString(16).padStart(4, "0"),
  );
