/** Writes to a chart: the links of a video visit, and the change of an appointment's status. */
import type {
  ForWriting,
  LinksToWrite,
  Trouble,
  WritableStatus,
  WriteRefused,
  Written,
} from "../../../ports/systemEhr.ts";
import { isNotNow } from "../../wire/status.ts";
import { bareId } from "../references.ts";
import { ask, down, isVersion, saysError, unreadable, type Answered, type Asking } from "./ask.ts";

interface Operation {
  readonly op: "add" | "replace";
  readonly path: string;
  readonly value: string;
}

/**
 * The documented paths of the links:
 * https://docs.oracle.com/en/industries/health/millennium-platform-apis/mfrap/op-appointment-id-patch.html
 */
const PATCH_PATHS = {
  provider: "/contained/0/telecom/0/value",
  patient: "/contained/1/telecom/0/value",
  start: "/contained/0/telecom/0/period/start",
  end: "/contained/0/telecom/0/period/end",
} as const;
const LONGEST_LINK = 255;

export async function writeLinks(
  asking: Asking,
  read: ForWriting,
  links: LinksToWrite,
): Promise<Written | WriteRefused | Trouble> {
  const { provider, patient } = read.rooms;
  const isMixed = (provider === undefined) !== (patient === undefined);
  if (isMixed || links.provider.length > LONGEST_LINK || links.patient.length > LONGEST_LINK)
    return refused("not-sent");
  const op = provider === undefined ? "add" : "replace";
  return patch(asking, read, [
    { op, path: PATCH_PATHS.provider, value: links.provider },
    { op, path: PATCH_PATHS.patient, value: links.patient },
    { op, path: PATCH_PATHS.start, value: links.start.toISOString() },
    { op, path: PATCH_PATHS.end, value: links.end.toISOString() },
  ]);
}

export const writeStatus = (
  asking: Asking,
  read: ForWriting,
  status: WritableStatus,
): Promise<Written | WriteRefused | Trouble> =>
  patch(asking, read, [{ op: "replace", path: "/status", value: status }]);

/** Millennium requires the read scope for a write as well. */
const SCOPES = ["system/Appointment.read", "system/Appointment.write"];

async function patch(
  asking: Asking,
  { id, version }: ForWriting,
  operations: readonly Operation[],
): Promise<Written | WriteRefused | Trouble> {
  const base = asking.connection.fhirBaseUrl;
  const own = bareId(id, "Appointment", base);
  if (own === undefined || !isVersion(version)) return refused("not-sent");
  const request = {
    method: "PATCH" as const,
    url: [base, "Appointment", own].join("/"),
    headers: {
      accept: "application/fhir+json",
      "content-type": "application/json-patch+json",
      "if-match": 'W/"' + version + '"',
    },
    body: JSON.stringify(operations),
  };
  const asked = await ask(asking, request, SCOPES);
  return asked.kind === "answered" ? outcomeOf(asked) : asked;
}

const REFUSALS: Readonly<Record<number, WriteRefused["why"]>> = {
  400: "rule",
  403: "rule",
  404: "not-shown",
  405: "rule",
  409: "changed-meanwhile",
  410: "not-shown",
  412: "changed-meanwhile",
  415: "rule",
  422: "rule",
  423: "locked",
  424: "side-effect",
};

function outcomeOf({ answer, json }: Answered): Written | WriteRefused | Trouble {
  const { status } = answer;
  const why = REFUSALS[status];
  if (why !== undefined) return refused(why);
  if (isNotNow(status)) return down(answer);
  if (status < 200 || status > 299) return unreadable(answer, "status " + String(status));
  return saysError(json) ? refused("rule") : { kind: "written" };
}

const refused = (why: WriteRefused["why"]): WriteRefused => ({ kind: "refused", why });
