/**
 * The clinician sends the patient's link from the visit's page: to listed staff, whom test and the pilot reach alone, and to
 * whoever is the patient where texts are live.
 */
import { isLive, textsPatientsOf, verificationOf } from "../../../app/domain/defaults.ts";
import { phoneNumberOf } from "../../../app/domain/phoneNumbers.ts";
import { leadsTo } from "../../../app/domain/texts.ts";
import type { Desk } from "../../../app/sandbox/communication/desk.ts";
import type { StackSettings } from "../../stack.ts";
import { settingsAt } from "../front/appService/siteView.ts";
import { azure as typed } from "../azure/resourceTypes/require.ts";
import type { BrowserPage } from "./browser.ts";
import { elementsOf, textOf } from "./html.ts";
import type { Opened } from "./microsoft.ts";
import { unexpected, watchOf, type Outside } from "./outside.ts";
import { Trouble } from "./steps.ts";
import type { Target } from "./targets.ts";

/** Nobody's number, in place of a patient's. */
const PATIENTS_PHONE = "+12025550172";

/** Whom texts of a stack may go to; undefined where it lists nobody and its pilot is not over. */
const phoneOf = ({ environment, sms, staffRecipients }: StackSettings): string | undefined =>
  staffRecipients?.phones[0] ?? (isLive(environment, sms) ? PATIENTS_PHONE : undefined);

const mailOf = ({ mail, staffRecipients }: StackSettings): string | undefined =>
  mail === undefined ? undefined : staffRecipients?.mails[0];

/** @throws Trouble */
export async function linkSent(
  outside: Outside,
  opened: Opened,
  { connection }: Target,
  link: string,
): Promise<void> {
  const { stack, step } = outside;
  const [phone, mail] = [phoneOf(stack), mailOf(stack)];
  if (phone !== undefined)
    await step("The clinician texts the link: it leaves, or the page says why not", (tell) =>
      texted(outside, opened, { link, to: phone, connection }, tell),
    );
  if (mail !== undefined)
    await step("The clinician mails the link to listed staff, and it leaves", (tell) =>
      mailed(outside, opened, { link, to: mail }, tell),
    );
}

interface ToSend {
  readonly link: string;
  readonly to: string;
}

/** What becomes of a text to that number, as the stack file says: handed over, or why not; `abroad` before anything else. */
export function textWanted(
  stack: StackSettings,
  connection: Target["connection"],
  { to, number }: { readonly to: string; readonly number: string | undefined },
): "accepted" | "abroad" | "no-number" | "no-consent" | "unapproved" | "test" {
  if (phoneNumberOf(to)?.textable !== true) return "abroad";
  const { environment, sms, number: ofStack, staffRecipients } = stack;
  if (number === undefined) return "no-number";
  if (!textsPatientsOf(environment, sms, connection)) return sms === undefined ? "no-consent" : "no-number";
  if (verificationOf(environment, ofStack?.verification) !== "approved") return "unapproved";
  const isStaff = staffRecipients?.phones.includes(to) === true;
  return connection.environment === "test" && !isStaff ? "test" : "accepted";
}

async function texted(
  outside: Outside,
  opened: Opened,
  { link, to, connection }: ToSend & Pick<Target, "connection">,
  tell: (words: string) => void,
): Promise<void> {
  const page = await sent(outside, opened, to);
  const left = (await deskOf(outside)).texts.some((one) => one.to === to && leadsTo(one.text, link));
  const number = numberOf(outside);
  const wanted = textWanted(outside.stack, connection, { to, number });
  // Such a number is no recipient, so nothing is tried and nothing logged: the page alone says so.
  const isAbroad = wanted === "abroad" && saidOf(page).includes("no mobile number of the United States");
  const code = isAbroad ? "abroad" : codeOf(outside, "text");
  if (code !== wanted || left !== (wanted === "accepted"))
    throw new Trouble(
      `The text to ${to} was to be ${wanted === "accepted" ? "handed over" : "withheld: " + wanted}. The connector says ${code ?? "nothing"}, and ${left ? "a" : "no"} text with the link is there (infra/components/messaging.ts). The page says: ${saidOf(page)}`,
      { stackKey: "sms", log: outside.azure.appService.log(outside.siteHost) },
    );
  tell(left ? `from ${number ?? ""} to ${to}` : "withheld: " + wanted);
}

async function mailed(
  outside: Outside,
  opened: Opened,
  { link, to }: ToSend,
  tell: (words: string) => void,
): Promise<void> {
  const page = await sent(outside, opened, to);
  const mail = (await deskOf(outside)).mails.find((one) => one.to === to && one.plain.includes(link));
  if (mail === undefined)
    throw new Trouble(
      `No mail left for ${to} (${codeOf(outside, "mail") ?? "unknown"}; infra/components/mailDomain.ts). The page says: ${saidOf(page)}`,
      { stackKey: "mail.domain", log: outside.azure.appService.log(outside.siteHost) },
    );
  tell(`from ${mail.from} to ${to}`);
}

/** Sends the page's own form for the patient, with an address that is typed in. */
async function sent(outside: Outside, { browser, page }: Opened, to: string): Promise<BrowserPage> {
  const seen = watchOf(outside);
  const now = await browser.open(new URL(page.url.pathname, page.url));
  const forms = elementsOf(now.html, "form[action$='/messages']");
  const form = forms.find((one) => one.querySelector("input[name=person][value='0']") !== null);
  if (form === undefined) throw unexpected(outside, now, "a form that sends the patient's link", seen);
  const hidden = form.querySelectorAll("input[type=hidden]");
  const fields = new URLSearchParams(
    hidden.map((one) => [one.getAttribute("name") ?? "", one.getAttribute("value") ?? ""]),
  );
  for (const [name, value] of Object.entries({ to: "typed", typed: to, language: "en" }))
    fields.set(name, value);
  const after = await browser.send(new URL(page.url.pathname + "/messages", page.url), fields);
  // Where nothing was sent, the page comes with 409, and says why.
  if (![200, 409].includes(after.status)) throw unexpected(outside, after, "the visit's page", seen);
  return after;
}

const saidOf = ({ html }: BrowserPage): string => textOf(html, "#said") || "nothing";

/** What became of the last message by that way, as the connector has logged it. */
function codeOf({ azure, siteHost }: Outside, way: "text" | "mail"): string | undefined {
  const lines = azure.appService.log(siteHost).split("\n");
  const last = lines.findLast((line) => line.includes(`"event":"link.sent"`) && line.includes(`"${way} `));
  return new RegExp(`"${way} ([\\w-]+)"`, "u").exec(last ?? "")?.[1];
}

const numberOf = ({ azure, siteHost }: Outside): string | undefined =>
  settingsAt(azure.cloud, siteHost)["COMMUNICATION_NUMBER"];

async function deskOf({ azure }: Outside): Promise<Desk> {
  const [service] = azure.cloud.all(typed("communication:CommunicationService"));
  if (service === undefined)
    throw new Trouble(
      "There is no Communication Services resource, which infra/components/messaging.ts makes.",
    );
  return (await azure.communication.standIn(service.id)).desk;
}
