/**
 * The checks of telling patients: the consents, the number, whether the pilot is over, and the address that mails come from.
 */
import type { ConfiguredConnection } from "../../domain/hospital.ts";
import type { Check } from "../../web/flow.ts";
import type { MessagePicks } from "./parts.ts";

/** Texts are optional: where nobody has agreed to them, nothing is wrong. */
export async function messageChecks({
  environment,
  hospital,
  messaging,
}: Pick<MessagePicks, "environment" | "hospital" | "messaging">): Promise<readonly Check[]> {
  if (messaging === undefined)
    return (["consents", "number", "going-live", "mail"] as const).map((name) => ({
      name,
      unseen: "This deployment has no Communication Services, so nothing is sent.",
    }));
  const connections = await hospital.connections();
  const texted = connections.filter(messaging.textsPatientsOf);
  const isTexting = texted.length > 0;
  return [
    ...connections.map((connection) => consentCheck(connection, messaging, isTexting)),
    numberCheck(messaging, isTexting),
    liveCheck(environment, messaging),
    mailCheck(messaging),
  ];
}

/** Where others' patients are texted, a chart without texts may be one that was forgotten, or leads elsewhere by now. */
function consentCheck(
  connection: ConfiguredConnection,
  { isAgreed, textsPatientsOf }: Sending,
  othersAre: boolean,
): Check {
  const { id, environment } = connection;
  const check = { name: "consents", of: id } as const;
  if (textsPatientsOf(connection)) return check;
  if (!othersAre || environment === "test")
    return {
      ...check,
      unseen: isAgreed
        ? "Texts are optional, and no number is linked to this connection."
        : "Texts are optional, and nobody has agreed to them.",
    };
  return {
    ...check,
    isWarning: true,
    fault:
      "Patients of other connections are texted. No number is linked to this one, or it leads to another chart than it did then.",
  };
}

type Sending = NonNullable<MessagePicks["messaging"]>;

function numberCheck({ number, isApproved }: Sending, isTexting: boolean): Check {
  const check = { name: "number" } as const;
  if (number === undefined && !isTexting)
    return { ...check, unseen: "Texts are off, so no number is needed." };
  if (number === undefined)
    return { ...check, fault: "Texts are agreed to, and there is no number to send them from." };
  if (isApproved) return check;
  const fault =
    "The carriers’ verification of the number is not known to be approved, so no text is sent from it; the carriers would block it with code 4010.";
  return isTexting ? { ...check, fault, move: "carriers" } : { ...check, fault, isWarning: true };
}

function liveCheck(environment: MessagePicks["environment"], { isAgreed, isLive }: Sending): Check {
  const check = { name: "going-live" } as const;
  if (isLive) return check;
  if (environment === "test")
    return { ...check, unseen: "A test deployment writes to its listed staff alone, always." };
  if (!isAgreed) return { ...check, unseen: "Texts are off." };
  return { ...check, isWarning: true, fault: "Texts and mails go to the listed staff alone: it is a pilot." };
}

function mailCheck({ mailSender }: Sending): Check {
  const check = { name: "mail" } as const;
  if (mailSender === undefined)
    return { ...check, isWarning: true, fault: "There is no address that mails come from." };
  if (!mailSender.isForStaffsOnly) return check;
  return {
    ...check,
    isWarning: true,
    fault:
      "Mails come from Azure’s own domain, which lets 10 an hour out: only those are sent that a clinician asks for.",
  };
}
