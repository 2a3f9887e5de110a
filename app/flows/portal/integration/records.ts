/** The integration records of each connection, and what has changed in them since they were given to Oracle. */
import { integrationForms, valueOf, type IntegrationForm } from "../../../domain/integrationForms.ts";
import type { Recorded } from "../../../domain/integration.ts";
import type { GivenRecords } from "../../../records/givenRecords.ts";
import type { Setting } from "../../../records/settings.ts";
import { hashed } from "../../../web/secrets.ts";
import { connectionRows, type ConnectionRow } from "../connections/rows.ts";
import type { PortalPicks } from "../parts.ts";

export interface IntegrationRecords {
  readonly id: string;
  readonly name: string;
  readonly environment: Recorded["environment"];
  readonly forms: readonly IntegrationForm[];
  /** Absent if nobody has said that Oracle was given them. */
  readonly given?: Setting<GivenRecords>;
  readonly differences: readonly Difference[];
  /** A digest of the values that the connector gives: whoever marks them as given has seen these. */
  readonly digest: string;
}

export interface Difference {
  /** The record's persona; an earlier or a later release may have kept another one. */
  readonly record: string;
  readonly name: string;
  readonly given?: string;
  readonly now?: string;
}

type Picks = Pick<PortalPicks, "environment" | "publicUrl" | "stackFile">;

/** Every connection, and the records of each, which are made when they are asked for. */
export async function recordsOfAll(
  picks: Parameters<typeof connectionRows>[0] & Picks & Pick<PortalPicks, "givenSettings">,
): Promise<{
  readonly rows: readonly ConnectionRow[];
  readonly recordsOf: (row: ConnectionRow) => IntegrationRecords;
}> {
  const [rows, settings] = await Promise.all([connectionRows(picks), picks.givenSettings.list()]);
  const given = new Map(settings.map((setting) => [setting.id, setting]));
  return { rows, recordsOf: (row) => recordsOf(picks, recorded(row), given.get(row.id)) };
}

export function recordsOf(
  { environment, publicUrl, stackFile }: Picks,
  connection: Recorded,
  given: Setting<GivenRecords> | undefined,
): IntegrationRecords {
  const { id, name } = connection;
  const forms = integrationForms({ stackName: stackNameIn(stackFile), environment, publicUrl }, connection);
  const now = givenNow(forms);
  return {
    ...{ id, name, environment: connection.environment, forms },
    ...(given !== undefined && { given }),
    differences: given === undefined ? [] : differencesOf(given.value, now),
    digest: hashed(JSON.stringify(now)).slice(0, 16),
  };
}

/** The values that Oracle is given: all but those that come from Oracle. */
export const givenNow = (forms: readonly IntegrationForm[]): GivenRecords => ({
  values: forms.flatMap(({ persona, entries }) =>
    entries
      .filter(({ isOracles }) => isOracles !== true)
      .map((entry) => ({ record: persona, name: entry.name, value: valueOf(entry) })),
  ),
});

/** The differences value by value, in the order of the records; values that are not given any more come last. */
function differencesOf(given: GivenRecords, now: GivenRecords): readonly Difference[] {
  const before = new Map(given.values.map((each) => [keyOf(each), each]));
  const after = new Map(now.values.map((each) => [keyOf(each), each]));
  return [...new Map([...after, ...before])].flatMap(([key, { record, name }]) => {
    const [was, is] = [before.get(key)?.value, after.get(key)?.value];
    if (was === is) return [];
    return [{ record, name, ...(was !== undefined && { given: was }), ...(is !== undefined && { now: is }) }];
  });
}

const keyOf = ({ record, name }: GivenRecords["values"][number]) => JSON.stringify([record, name]);

function recorded({ id, owner }: ConnectionRow): Recorded {
  return owner.kind === "stack" ? owner.connection : { id, ...owner.setting.value };
}

/** The name of the stack: `lamna-test` for `stacks/Pulumi.lamna-test.yaml`. */
const stackNameIn = (file: string): string => /Pulumi\.([^/]+)\.yaml$/.exec(file)?.[1] ?? file;
