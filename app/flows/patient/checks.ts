/** Whether patients get into meetings without an account: only somebody who taps a link can prove it. */
import type { Check } from "../../web/flow.ts";
import type { PatientPicks } from "./parts.ts";

export async function patientChecks({
  testVisits,
}: Pick<PatientPicks, "testVisits">): Promise<readonly Check[]> {
  const isProved = (await testVisits.list()).some(({ tappedAt }) => tappedAt !== undefined);
  const unseen =
    "Only a tap shows it, and no patient’s link of a test chart has led into a meeting yet. Tap one in a private window, where nobody is signed in.";
  return [{ name: "anonymous-join", ...(!isProved && { unseen }) }];
}
