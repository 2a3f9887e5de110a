/**
 * The canary visits, as `npm run smoke` and a promotion ask for them: with the token of somebody who deploys, of the site,
 * and of the slot where there is one.
 */
import { PATHS } from "../../../app/domain/addresses.ts";
import { canariesAnswer, firstFailed, type CanariesAnswer } from "../../../app/domain/canary.ts";
import { STAGING } from "../../components/site.ts";
import type { StackSettings } from "../../stack.ts";
import { hasStaging } from "../../stack/choices.ts";
import type { Caller } from "../front/hosts/caller.ts";
import { saidAt } from "../azure/controlPlane/json.ts";
import { azure as token } from "../azure/resourceTypes/require.ts";
import { fetchFrom, type Outside } from "./outside.ts";
import { operatorsToken } from "./programs.ts";
import { Trouble } from "./steps.ts";
import { targetsOf } from "./targets.ts";

/** @throws Trouble */
export async function canaries(outside: Outside): Promise<void> {
  const { step, stack, publicUrl, siteHost, caller, azure } = outside;
  await step("The canary visits pass, as npm run smoke asks for them", async (tell) =>
    tell(await passed(outside, { origin: publicUrl, host: siteHost, caller })),
  );
  if (!hasStaging(stack)) return;
  const slot = slotHost(outside);
  await step("The canary visits pass in the slot, as a promotion asks for them", async (tell) =>
    tell(await passed(outside, { origin: "https://" + slot, host: slot, caller: azure.deployFrom })),
  );
}

function slotHost({ azure: { cloud } }: Outside): string {
  const slot = cloud.all(token("web:WebAppSlot")).find(({ id }) => id.endsWith("/slots/" + STAGING));
  return saidAt(slot?.properties, "defaultHostName");
}

interface Site {
  readonly origin: string;
  /** The host name that Azure gave the site or slot. */
  readonly host: string;
  readonly caller: Caller;
}

async function passed(outside: Outside, { origin, host, caller }: Site): Promise<string> {
  const operator = await operatorsToken(outside);
  if (operator === undefined) return "nobody deploys, so nobody may ask";
  const fetch = await fetchFrom(outside, caller);
  const answer = await fetch(`${origin}${PATHS.portal}/api/canary`, {
    method: "POST",
    headers: { authorization: "Bearer " + operator, accept: "application/json" },
  });
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => undefined);
  const told = canariesAnswer.safeParse(body).data;
  const log = outside.azure.appService.log(host);
  if (answer.status !== 200 || told === undefined)
    throw new Trouble(
      `${origin} answered ${String(answer.status)} when it was asked for its canary visits: ${(await answer.text()).slice(0, 400)}`,
      { log },
    );
  const failures = failuresIn(told, outside.stack);
  if (!told.isWell || failures.length > 0) throw new Trouble(failures.join(" "), { log });
  return wordsOf(told);
}

/** What did not pass, each in words: a connection that can be visited and was not tried did not pass either. */
export const failuresIn = ({ canaries: all }: CanariesAnswer, stack: StackSettings): readonly string[] => [
  ...all.flatMap(({ connection, steps }) => {
    const failure = firstFailed(steps);
    return failure === undefined
      ? []
      : [`${connection.name}, at the step ${failure.step}: ${failure.why ?? ""}`];
  }),
  ...targetsOf(stack)
    .filter(({ connection: { id } }) => !all.some((one) => one.connection.id === id && one.steps.length > 0))
    .map(({ connection: { name } }) => `${name} was not tried.`),
];

/** Which connections passed, and which of them only a person's launch could have tried wholly. */
const wordsOf = ({ canaries: all }: CanariesAnswer): string =>
  all
    .map(({ connection, needsLaunch }) =>
      needsLaunch ? `${connection.id} (without the chart's own sign-in)` : connection.id,
    )
    .join(", ");
