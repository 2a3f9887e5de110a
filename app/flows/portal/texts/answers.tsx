/** The addresses of texts: both consents, the connections that they are for, the number's verification, and going live. */
import { renderToString as render } from "preact-render-to-string";
import { CONSENT_WORDS_VERSION } from "../../../domain/textConsents.ts";
import { addsTo, AREA_CODES, VERIFICATIONS } from "../../../domain/texting.ts";
import { isUnderWay } from "../../../records/numberPurchase.ts";
import { TEXTING_ID, unsetTexting, type PortalTexting } from "../../../records/portalTexting.ts";
import { ChangeWaits, proposalId } from "../../../records/proposals.ts";
import { SettingMoved, SettingTaken } from "../../../records/settings.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import { demand, type AskedBySomebody, type PortalAnswers } from "../access.ts";
import { portalPath } from "../addresses.ts";
import { by } from "../asked.ts";
import { unreadableOf } from "../ownChecks.ts";
import { leadOnAfter } from "../done.ts";
import { everyConnection } from "../connections/every.ts";
import { fieldOf, revisionIn } from "../fields.ts";
import type { PortalPages } from "../pages.tsx";
import { namesOf } from "../people.tsx";
import {
  asSetIfReadable,
  toldOnceLive,
  visitsKnown,
  type AsSet,
  type TextsPicks,
  type TextsShown,
} from "./asSet.ts";
import { givenBy } from "./consents.tsx";
import { besides, chosenIn } from "./chosen.ts";
import { giveBack } from "./givenBack.ts";
import { livePage } from "./livePage.tsx";
import {
  givenBackStatus,
  LIVE_LOCKED,
  LOCKED,
  MOVED,
  NEVER_LIVE,
  NO_CONSENT,
  NOT_AGREED,
  NO_NUMBER,
  notAgreedTo,
  NUMBER_SAID,
  STAFF_LOCKED,
  WAITS,
  type Refusal,
} from "./refusals.ts";
import { staffTyped } from "./staff.ts";
import { workOn, type NumberPicks } from "./numberJob.ts";
import { PurchasePart } from "./purchaseCard.tsx";
import { textsPage } from "./textsPage.tsx";
import { tried } from "./trial.ts";
import { unreadableAnswer } from "./unreadablePage.tsx";
import { connectionField, numberField, typedIn, type TypedTexts } from "./typed.ts";
import { PageOf } from "../postForm.tsx";

type Texts =
  | "texts"
  | "agreeToTexts"
  | "configureTexts"
  | "withdrawTexts"
  | "generateNumber"
  | "numberProgress"
  | "giveBackNumber"
  | "verifyNumber"
  | "listStaff"
  | "tryText"
  | "goLive"
  | "setLive";

export function textsAnswers(
  picks: TextsPicks & NumberPicks,
  pages: PortalPages,
): Pick<PortalAnswers, Texts> {
  const { proposals, textingNow, textingSettings } = picks;
  const unreadable = unreadableAnswer(picks, pages);
  const show = async (
    asked: AskedBySomebody,
    status = 200,
    refused?: Refusal | ((set: AsSet) => Refusal),
    more: Pick<TextsShown, "typed" | "typedStaff" | "trial"> = {},
  ) => {
    const set = await asSetIfReadable(picks);
    if (set === undefined) return unreadable(asked);
    const { response, session } = asked;
    const names = await namesOf(picks, givenBy(set));
    const refusal = typeof refused === "function" ? refused(set) : refused;
    const shown = { ...set, names, stackFile: picks.stackFile, refusal, ...more };
    sendHtml(response, status, textsPage(pages, session, shown));
  };
  const refuse = (
    asked: AskedBySomebody,
    refusal: Parameters<typeof show>[2],
    status = 409,
    typed?: TypedTexts,
  ) => show(asked, status, refusal, { typed });
  /** The page before going live, where somebody who wants to go live has what they need to try again. */
  const showLive = async (asked: AskedBySomebody, status = 200, refusal?: Refusal) => {
    const set = await asSetIfReadable(picks);
    if (set === undefined) return unreadable(asked);
    const { response, session } = asked;
    const { texted, mailed } = toldOnceLive(set);
    const known = await visitsKnown(picks, [...texted, ...mailed]);
    const { environment } = picks;
    sendHtml(response, status, livePage(pages, session, { set, known, environment, refusal }));
  };

  /**
   * Makes the form's change to the setting that it showed, or keeps it until a second person agrees.
   * @param refused shows what was sent, where it could not be saved
   */
  const change = async (
    asked: AskedBySomebody,
    action: string,
    edit: (before: PortalTexting) => PortalTexting,
    refused: (refusal: Refusal) => Promise<void>,
  ) => {
    const before = (await textingSettings.read(TEXTING_ID))?.value;
    const shown = revisionIn(asked.request);
    const of = {
      ...ONE,
      after: edit(before ?? unsetTexting(picks.environment)),
      ...(shown > 0 && { shown }),
      ...(before && { before }),
    };
    try {
      const outcome = await proposals.make(by(asked, action), of);
      await textingNow.refresh();
      const waits = portalPath("proposal", proposalId(ONE));
      leadOnAfter(asked, outcome, { made: portalPath("texts"), waits });
    } catch (error) {
      if (error instanceof ChangeWaits) await refused(WAITS);
      else if (error instanceof SettingMoved || error instanceof SettingTaken) await refused(MOVED);
      else throw error;
    }
  };
  /** What somebody else has changed is saved over only once it was shown. */
  const keeps = (asked: AskedBySomebody, typed: TypedTexts) => (refusal: Refusal) =>
    refuse(asked, refusal, 409, refusal === MOVED ? { ...typed, revision: undefined } : typed);
  const isTicked = ({ request }: AskedBySomebody, name: string) => fieldOf(request, name) === "yes";

  const chosen = (asked: AskedBySomebody, is: (id: string) => boolean) => chosenIn(picks, asked, is);

  return {
    texts: (asked) => show(asked),

    async agreeToTexts(asked) {
      if (textingNow.said !== undefined) return refuse(asked, LOCKED);
      const typed = typedIn(asked.request, "consents");
      if (!isTicked(asked, "sendOnBehalf") || !isTicked(asked, "attendeesConsent"))
        return refuse(asked, notAgreedTo("consent"), 422, typed);
      const texted = await chosen(asked, (id) => isTicked(asked, connectionField(id)));
      if (texted.connections.length === 0) return refuse(asked, notAgreedTo("connection"), 422, typed);
      const consent = {
        by: asked.session.administrator.objectId,
        at: picks.now().toISOString(),
        words: CONSENT_WORDS_VERSION,
      };
      const consents = { sendOnBehalf: consent, attendeesConsent: consent };
      const edit = (before: PortalTexting) => ({
        ...before,
        consents,
        ...besides(texted, before),
        // Consent is given for what the form shows, so no other connection is texted by it.
        connections: texted.connections,
        charts: texted.charts,
      });
      await change(asked, "texting.agreed", edit, keeps(asked, typed));
    },

    async configureTexts(asked) {
      if (textingNow.said !== undefined) return refuse(asked, LOCKED);
      if ((await textingSettings.read(TEXTING_ID))?.value.consents === undefined)
        return refuse(asked, NOT_AGREED);
      const texted = await chosen(asked, (id) => fieldOf(asked.request, numberField(id)) === "texted");
      const edit = (before: PortalTexting) => ({ ...before, ...besides(texted, before) });
      await change(asked, "texting.configured", edit, keeps(asked, typedIn(asked.request, "configuration")));
    },

    async withdrawTexts(asked) {
      if (textingNow.said !== undefined) return refuse(asked, LOCKED);
      const every = await everyConnection(picks);
      const edit = ({ consents: _, charts: _charts, ...before }: PortalTexting) => ({
        ...before,
        connections: [],
        // On a laptop, whose patients are texted without a consent, nothing else says that somebody has ended it.
        ...(picks.environment === "local" && { notTexted: every.map(({ id }) => id) }),
      });
      await change(asked, "texting.withdrawn", edit, (refusal) => refuse(asked, refusal));
    },

    async generateNumber(asked) {
      if (picks.numbers === undefined) return refuse(asked, NUMBER_SAID);
      const { actor } = by(asked, "number.asked");
      const areaCode = AREA_CODES.find((code) => code === fieldOf(asked.request, "areaCode"));
      const purchase = await picks.numberPurchases.ask(actor, areaCode);
      if (isUnderWay(purchase)) await workOn(picks, purchase);
      asked.response.redirect(303, portalPath("texts") + "#number");
    },

    async numberProgress({ response, session }) {
      const purchase = await picks.numberPurchases.read();
      const part = <PurchasePart purchase={purchase} now={picks.now()} />;
      const { objectId } = session.administrator;
      sendHtml(response, 200, render(<PageOf.Provider value={objectId}>{part}</PageOf.Provider>));
    },

    async giveBackNumber(asked) {
      const refusal = await giveBack(picks, asked);
      if (refusal === undefined) asked.response.redirect(303, portalPath("texts") + "#number");
      else await refuse(asked, refusal, givenBackStatus(refusal), typedIn(asked.request, "given-back"));
    },

    async verifyNumber(asked) {
      const verification = VERIFICATIONS.find((word) => word === fieldOf(asked.request, "verification"));
      if (verification === undefined) return show(asked, 422);
      const number = picks.messaging?.number;
      // Carriers verify a number, so nothing is said of one that is yet to come.
      if (number === undefined) return refuse(asked, NO_NUMBER);
      // A page that was opened before there was this number is about the former one, or about none.
      if (fieldOf(asked.request, "number") !== number) return refuse(asked, MOVED);
      const edit = (before: PortalTexting) => ({ ...before, verification, verifiedNumber: number });
      await change(asked, "texting.verification", edit, keeps(asked, typedIn(asked.request, "verification")));
    },

    async listStaff(asked) {
      if (textingNow.listed !== undefined) return refuse(asked, STAFF_LOCKED);
      const typed = staffTyped(asked.request);
      if (!typed.ok) return show(asked, 422, undefined, { typedStaff: typed.typed });
      const edit = (before: PortalTexting) => {
        if (picks.environment === "production" && addsTo(before.staff, typed.staff))
          demand(asked.session, ["decide"], portalPath("texts"));
        return { ...before, staff: typed.staff };
      };
      await change(asked, "texting.staff", edit, (refusal) => {
        const typedStaff = refusal === MOVED ? { ...typed.typed, revision: undefined } : typed.typed;
        return show(asked, 409, refusal, { typedStaff });
      });
    },

    async tryText(asked) {
      await Promise.all([textingNow.refresh(), picks.numberPurchases.refresh()]);
      // No page could show what became of it.
      if (unreadableOf(picks).length > 0) return unreadable(asked, "No test text was sent.");
      const entry = { ...by(asked, "texting.tried"), object: { kind: "texting" }, changes: [] };
      const to = fieldOf(asked.request, "to");
      const trial = await picks.audit.during(entry, () => tried(picks, to));
      const typed = typedIn(asked.request, "trial");
      await show(asked, trial === "accepted" ? 200 : 409, undefined, { trial, typed });
    },

    goLive: (asked) => showLive(asked),

    async setLive(asked) {
      if (textingNow.said?.live !== undefined) return refuse(asked, LIVE_LOCKED);
      const live = fieldOf(asked.request, "turn") === "live";
      if (live && picks.environment === "test") return refuse(asked, NEVER_LIVE);
      const refused = (refusal: Refusal) => (live ? showLive(asked, 409, refusal) : refuse(asked, refusal));
      if (live && !textingNow.current().isAgreed) return refused(NO_CONSENT);
      const edit = (before: PortalTexting) => ({ ...before, live });
      await change(asked, live ? "texting.live" : "texting.pilot", edit, refused);
    },
  };
}

const ONE = { kind: "texting", id: TEXTING_ID } as const;
