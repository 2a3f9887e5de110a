/** The part of the number's card that gets a number: the button, how far the purchase is, and how it ended. */
import { AREA_CODES } from "../../../domain/texting.ts";
import type { NumberFaultKind, PurchaseStep } from "../../../ports/numbers.ts";
import { isUnderWay, type Purchase, type PurchaseEnd } from "../../../records/numberPurchase.ts";
import { Button, ButtonLink, Notice, Unseen } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { PostForm } from "../postForm.tsx";

interface Shown {
  readonly purchase: Purchase | undefined;
  readonly now: Date;
}

/** The part in its place on the page, where the script finds it. */
export const PurchaseRegion = (shown: Shown) => (
  <>
    <p role="status" class="unseen" data-progress-said />
    <div id="number" data-progress-region>
      <PurchasePart {...shown} />
    </div>
    <p class="quiet" role="status" data-progress-stale hidden>
      This may be out of date: this page has not heard how far it is. Look again.
    </p>
  </>
);

/** What is shown before there is a number; the open page shows it anew as long as a purchase is under way. */
export function PurchasePart({ purchase, now }: Shown) {
  const givenBack = purchase?.ended?.how === "had" && purchase.number === undefined && purchase.givenBack;
  return isUnderWay(purchase) ? (
    <UnderWay purchase={purchase} now={now} />
  ) : (
    <div class="stacked">
      {purchase?.ended !== undefined && !givenBack && <Ended how={purchase.ended.how} />}
      {givenBack && (
        <Notice kind="info" title="The number was given back">
          <p>{givenBack.number} is not the hospital’s any more, and no text is sent.</p>
        </Notice>
      )}
      {purchase?.number === undefined ? (
        <Generate areaCode={purchase?.areaCode} isAgain={purchase !== undefined && !givenBack} />
      ) : (
        <p class="actions">
          <ButtonLink href={portalPath("texts")} weight="secondary">
            Go on with {purchase.number}
          </ButtonLink>
        </p>
      )}
    </div>
  );
}

/** The steps in the order in which people see them. */
const STEPS = [
  ["Asked for", []],
  ["Looking for a number, unless there is one already", ["looking", "expired"]],
  ["A number is held: nobody else can buy it for 15 minutes", ["reserved"]],
  ["Microsoft processes the purchase", ["buying"]],
  ["The number is made ready for texts", ["bought", "adopted", "changing"]],
] as const satisfies readonly (readonly [string, readonly PurchaseStep[]])[];

const LONG_MS = 120_000;

function UnderWay({ purchase, now }: { readonly purchase: Purchase; readonly now: Date }) {
  const { step, trouble, askedAt } = purchase;
  const at = STEPS.findIndex(([, steps]: readonly [string, readonly PurchaseStep[]]) =>
    step === undefined ? true : steps.includes(step),
  );
  const isLong = now.getTime() - askedAt.getTime() > LONG_MS;
  return (
    <div class="stacked" data-progress={portalPath("numberProgress")}>
      <ol class="steps">
        {STEPS.map(([says], index) => (
          <li
            key={says}
            class={index < at ? "done" : index === at ? "current" : ""}
            {...currentAt(index, at)}
          >
            {says}
            <Unseen>{index < at ? " (done)" : index === at ? " (under way)" : ""}</Unseen>
          </li>
        ))}
      </ol>
      {step === "expired" && (
        <p>A number that was held earlier has run out before it was bought. Another one is looked for.</p>
      )}
      {trouble !== undefined && <p>{troubleWords(purchase, trouble)}</p>}
      <p class="quiet">
        {isLong
          ? "It takes longer than usual, and goes on by itself."
          : "It takes up to two minutes. Twenty seconds of that are a pause, so that two people who do this at once buy one number."}{" "}
        You may close this page: the purchase goes on, and is never made twice.
      </p>
      <p class="actions">
        <ButtonLink href={portalPath("texts") + "#number"} weight="secondary">
          Look again
        </ButtonLink>
      </p>
    </div>
  );
}

/**
 * After a purchase, a number that is not listed may still come, so for an hour no other one is bought. The hour begins when
 * what was held for the purchase runs out, which is at most 15 minutes after the number was given back.
 */
const LISTED_LATE_MS = 75 * 60_000;

/** A run that has reached no step has found an earlier purchase that is over, and not its number. */
function troubleWords({ step, givenBack }: Purchase, trouble: NumberFaultKind): string {
  if (trouble === "busy")
    return "Communication Services is busy or does not answer. It is asked again by itself; nothing is lost.";
  // An earlier reservation that has run out says nothing of the purchase that is over.
  if (step !== undefined && step !== "expired")
    return "Microsoft has accepted the purchase and not finished it. It goes on by itself; nothing is bought twice.";
  const by =
    givenBack &&
    ", which is at " + timeOf(new Date(givenBack.at.getTime() + LISTED_LATE_MS)) + " at the latest";
  return `A number was bought within the last hour or so, and Communication Services does not list it. Azure may list a number late, so none is bought until that hour is over${by ?? ""}. If it was given back, another one is bought then by itself; if it is listed by then, it is taken.`;
}

const timeOf = (at: Date) => at.toISOString().slice(11, 16) + " (UTC)";

const currentAt = (index: number, at: number) => (index === at ? { "aria-current": "step" as const } : {});

function Generate({
  areaCode,
  isAgain,
}: {
  readonly areaCode: string | undefined;
  readonly isAgain: boolean;
}) {
  return (
    <PostForm action={portalPath("generateNumber")} class="filter">
      <label>
        Area code to look for first
        <select name="areaCode">
          <option value="">Any</option>
          {AREA_CODES.map((each) => (
            <option key={each} value={each} selected={each === areaCode}>
              {each}
            </option>
          ))}
        </select>
      </label>
      <Button>{isAgain ? "Try again" : "Generate a new phone number"}</Button>
      <p class="quiet">
        A toll-free number of the United States, from Communication Services, for about $2 a month and the
        texts; the hospital’s subscription is charged. Where the resource has a number already, that one is
        taken and none is bought.
      </p>
    </PostForm>
  );
}

function Ended({ how }: { readonly how: PurchaseEnd }) {
  const [title, says] = ENDS[how];
  return (
    <Notice kind={how === "had" ? "info" : "warning"} title={title}>
      <p>{says}</p>
    </Notice>
  );
}

const NONE = "No number was bought";
const ENDS: Readonly<Record<PurchaseEnd, readonly [title: string, says: string]>> = {
  had: ["The number is there", "Next: the carriers’ verification, which takes four to eight weeks."],
  "out-of-stock": [
    NONE,
    "Microsoft has no toll-free number to sell at the moment. Try any area code, or try again tomorrow.",
  ],
  billing: [
    NONE,
    "Microsoft does not sell a number to this subscription. It must be a paid one, no trial or free credit, with a billing address in the United States or another eligible country: look in the Azure portal under Cost Management + Billing, mend it, and try again.",
  ],
  limit: [
    NONE,
    "This tenant may not have another number: Azure sells one to a tenant by default. Release one that is not needed, or ask for more in a support request (Azure portal, Help + support, service Communication Services), and try again.",
  ],
  role: [
    NONE,
    "The connector’s identity may not manage numbers: its role “Communication and Email Service Owner” on Communication Services is missing. Run pulumi up; a new role takes up to ten minutes to work. Then try again.",
  ],
  missing: [
    NONE,
    "Communication Services lost the number while it was made ready. Try again: what is there is taken.",
  ],
  refused: [
    NONE,
    "Communication Services refused the purchase. The log’s event number.not_had says which way; nothing was charged. Try again, or open a support request in the Azure portal.",
  ],
  busy: [NONE, "Communication Services did not answer. Try again: it goes on where it was."],
  unfinished: [
    NONE,
    "Microsoft did not finish the purchase. Try again: it goes on where it was, and buys nothing twice.",
  ],
  "given-up": [
    "The purchase was given up",
    "It did not get on for a day, or failed too often; look under Checks at background work. Try again: it goes on where it was, and buys nothing twice.",
  ],
};
