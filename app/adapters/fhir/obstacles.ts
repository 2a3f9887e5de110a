/** The obstacle when a chart system answered with an error status, or not at all. */
import type { ProbeObstacle } from "../../ports/ehr.ts";
import { TooLarge } from "../wire/body.ts";
import { isNotNow } from "../wire/status.ts";
import { isPage, type Incoming, type Unreachable } from "./send.ts";

export function status(answer: Incoming): string {
  const { status: code } = answer;
  const how = isNotNow(code) ? " (not reachable now)" : isPage(answer) ? " (a web page)" : "";
  return String(code) + how;
}

/** A web page is no FHIR server's, so its status does not tell what a FHIR server refuses or has. */
export function statusObstacle(answer: Incoming): ProbeObstacle {
  const { status } = answer;
  if (isNotNow(status)) return "ill";
  if (status >= 300 && status < 400) return "redirect";
  if (isPage(answer)) return "not-fhir";
  return status === 401 || status === 403 ? "refused" : "not-there";
}

export function reachObstacle(error: Unreachable): ProbeObstacle {
  const code = codeOf(error) ?? "";
  if (error.cause instanceof TooLarge) return "not-fhir";
  if (code === "EINSIDE") return "inside";
  if (code === "ENOTFOUND") return "no-such-host";
  return /CERT|SIGNATURE|^ERR_TLS|^ERR_SSL|^EPROTO$/.test(code) ? "certificate" : "no-answer";
}

export function reachFault(error: Unreachable): string {
  if (error.cause instanceof TooLarge) return error.message + ": " + error.cause.message;
  const code = codeOf(error);
  return code === undefined ? error.message : [error.message, " (", code, ")"].join("");
}

const codeOf = ({ cause }: Unreachable): string | undefined =>
  cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
