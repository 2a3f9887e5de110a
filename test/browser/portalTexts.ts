/**
 * The second half of the set-up by keyboard alone: a department, both consents, a number, its configuration, and the words
 * of texts.
 */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Deployment } from "../harness/deployment.ts";
import { enter, go, press, tabTo } from "./keyboard.ts";

type See = (page: Page, name: string) => Promise<void>;

/** Replaces what a field holds. */
async function overwrite(page: Page, label: string, text: string): Promise<void> {
  await tabTo(page.getByLabel(label, { exact: true }));
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type(text);
}

export async function addDepartment(portal: Page, see: See): Promise<void> {
  await go(portal, "Departments");
  await press(portal.getByRole("link", { name: "Add department" }).first());
  await press(portal.getByRole("button", { name: "Done" }).last());
  await portal.getByText("Nothing was saved").waitFor();
  await see(portal, "department-refused");
  await enter(portal.getByLabel("Name", { exact: true }), "Lakeside Cardiology");
  await enter(portal.getByLabel("Phone number"), "(202) 555-0171");
  await enter(portal.getByLabel("Time zone"), "America/Chicago");
  await enter(portal.getByLabel("Locations", { exact: true }), "21000101");
  await enter(portal.getByLabel("Find accounts in the directory"), "telehealth");
  await portal.keyboard.press("Enter");
  const account = portal.getByRole("checkbox", { name: /Telehealth Cardiology/ });
  await account.waitFor();
  await see(portal, "department-accounts");
  await tabTo(account);
  await portal.keyboard.press("Space");
  await press(portal.getByRole("button", { name: "Done" }).last());
  await portal.getByRole("heading", { name: "Lakeside Cardiology" }).waitFor();
  await press(portal.getByRole("button", { name: "Try the accounts now" }));
  await portal.getByText("Teams gives meetings").waitFor();
  await see(portal, "department");
}

export const OWN_WORDS = "{sender} video visit: {when}. Tap {link} STOP ends texts.";

/** @returns the number that was generated */
export async function setUpTexts(portal: Page, see: See, { sandbox, clock }: Deployment): Promise<string> {
  const { faults } = sandbox.communication;
  await press(portal.getByRole("link", { name: "Set up texts to patients" }));
  await portal.getByRole("heading", { name: "SMS notifications" }).waitFor();
  await see(portal, "texts-new");

  // Step 3: both consents, for the connection that was just made.
  for (const consent of [/send SMS notifications/, /attendees have consented/]) {
    await tabTo(portal.getByRole("checkbox", { name: consent }));
    await portal.keyboard.press("Space");
  }
  await press(portal.getByRole("button", { name: "Agree, and turn texts on" }));
  await portal.getByText("Patients of Lakeside test are texted.").waitFor();

  // Steps 3a and 3b: a number, which the vendor is too busy to sell at first. Meanwhile the page is opened anew.
  faults.set({ unavailable: 1_000 });
  await press(portal.getByRole("button", { name: "Generate a new phone number" }));
  await portal.getByText("It is asked again by itself").waitFor();
  await see(portal, "texts-purchase");
  await portal.reload();
  await portal.getByText("It is asked again by itself").waitFor();
  faults.clear();
  clock.forward(20_000);
  const onward = portal.getByRole("link", { name: /Go on with \+1/ });
  await onward.waitFor({ timeout: 60_000 });
  const [number = "none"] = sandbox.communication.purchased();
  expect([sandbox.communication.purchased().length, await onward.innerText()]).toEqual([
    1,
    "Go on with " + number,
  ]);
  await see(portal, "texts-generated");
  await press(onward);

  // A new number is not verified yet, and nothing is sent from it until it is.
  await portal.locator("th", { hasText: number }).waitFor();
  const verification = portal.getByLabel("How far the carriers are");
  expect(await verification.locator("option:checked").innerText()).toBe("Not started");
  await enter(verification, "Approved");
  await press(portal.getByRole("button", { name: "Save", exact: true }));
  await portal.getByRole("cell", { name: "Approved" }).waitFor();

  // While there is a number, there is no second one.
  await press(portal.getByText("It was given back, and another one is needed"));
  await enter(portal.getByLabel("Reason"), "A slip");
  await see(portal, "texts-given-back");
  await press(portal.getByRole("button", { name: `Say that ${number} was given back` }));
  await portal.getByText("Communication Services still has this number").waitFor();

  // What the carriers are told; and step 3c, from which number the connection's patients are texted.
  await press(portal.getByText("The form, with suggested answers to copy"));
  await see(portal, "texts");
  const configured = portal.getByLabel("Lakeside test: phone number");
  expect(await configured.locator("option:checked").innerText()).toBe(number);
  await press(portal.getByRole("button", { name: "Save the configuration" }));
  await portal.getByRole("heading", { name: "SMS configuration" }).waitFor();

  // Step 3d: which messages are sent, and what they say.
  await press(portal.getByRole("link", { name: "Change what is sent, and when" }));
  await overwrite(portal, "Lakeside test: reminders", "2 days\n3 hours");
  await see(portal, "rules");
  await press(portal.getByRole("button", { name: "Save" }));
  await portal.getByText("2 days, 3 hours before").waitFor();
  await press(portal.getByRole("link", { name: "Change what texts say" }));
  await overwrite(portal, "First notice, English", "{sender}: {patient} {when} {link} STOP");
  await portal.getByText("{patient}, which is no name").waitFor();
  await overwrite(portal, "First notice, English", "{sender}: Visita de vídeo {when} {link} STOP");
  await portal.getByText("í makes it cost double").waitFor();
  await see(portal, "words-dear");
  await overwrite(portal, "First notice, English", OWN_WORDS);
  await portal.locator(".message").getByText("STOP ends texts.").waitFor();
  await see(portal, "words");
  await press(portal.getByRole("button", { name: "Save", exact: true }).last());
  await portal.locator("td").getByText("STOP ends texts.").waitFor();
  return number;
}

/** The clinician sends the link from the visit's page, and the patient's phone shows it. */
export async function sendText(visit: Page, phone: Page, see: See, { sandbox }: Deployment): Promise<string> {
  const patient = visit.locator(".person").first();
  await press(patient.locator("summary", { hasText: "Send link" }));
  await tabTo(visit.getByLabel(/^Text to/));
  await visit.keyboard.press("Space");
  await press(patient.getByRole("button", { name: "Send link" }));
  await patient.getByText(/^Handed over/).waitFor();
  await phone.goto(sandbox.communication.pages + "/phones");
  await press(phone.locator("#list a").first());
  await phone.locator("#texts").getByText("STOP ends texts.").waitFor();
  await see(phone, "phone");
  return phone.locator("#texts").innerText();
}
