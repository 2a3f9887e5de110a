/** The addresses of messages’ rules and words: each form, what it becomes while it is typed, and the change. */
import type { Request } from "express";
import { renderToString as render } from "preact-render-to-string";
import { LANGUAGES } from "../../../domain/language.ts";
import { MESSAGE_KINDS } from "../../../domain/messages.ts";
import { mayText } from "../../../records/dataRegions.ts";
import { MESSAGES_ID, type PortalMessages } from "../../../records/portalMessages.ts";
import { ChangeWaits, proposalId } from "../../../records/proposals.ts";
import { SettingMoved, SettingTaken, type Setting } from "../../../records/settings.ts";
import { parametersOf } from "../../../web/parameters.ts";
import { sendHtml } from "../../../web/sendHtml.ts";
import type { AskedBySomebody, PortalAnswers } from "../access.ts";
import { portalPath } from "../addresses.ts";
import { by } from "../asked.ts";
import { leadOnAfter } from "../done.ts";
import { everyConnection } from "../connections/every.ts";
import { fieldOf, revisionIn } from "../fields.ts";
import type { PortalPages } from "../pages.tsx";
import type { PortalPicks } from "../parts.ts";
import { WAITS } from "../texts/refusals.ts";
import { judgedRules, judgedWords } from "./judge.ts";
import { longNames, previewOf, type Preview } from "./preview.ts";
import { rulesPage, type FormShown } from "./rulesPage.tsx";
import {
  differencesOf,
  ruleFields,
  typedFrom,
  typedIn,
  wordFields,
  wordsField,
  type About,
  type FormField,
  type Typed,
} from "./typed.ts";
import { PreviewOf, wordsPage } from "./wordsPage.tsx";

type Names = "messageRules" | "editMessageRules" | "words" | "editWords" | "previewWords";
type More = Pick<FormShown, "faults" | "differences" | "refusal">;
type Kept = Setting<PortalMessages> | undefined;

/** One of the two forms: its fields, and how what was typed is judged and shown. */
interface Form {
  readonly action: string;
  fields(about: About, own: PortalMessages | undefined): readonly FormField[];
  judge(
    about: About,
    typed: Typed,
    before: PortalMessages | undefined,
  ): Promise<ReturnType<typeof judgedRules>>;
  page(asked: AskedBySomebody, about: About, form: FormShown): Promise<string>;
}

/** How many connections are on one page of the form. */
const ON_A_PAGE = 20;

export function messageRulesAnswers(picks: PortalPicks, pages: PortalPages): Pick<PortalAnswers, Names> {
  const { environment, messageRulesNow, messageSettings, proposals, stackFile } = picks;
  /** What a form that was sent was about, or what one that is asked for is to be about. */
  const aboutNow = async (request: Request): Promise<About> => {
    const all = await everyConnection(picks);
    const pages = Math.max(1, Math.ceil(all.length / ON_A_PAGE));
    const asked = Number(/^\d{1,4}$/.exec(parametersOf(request).get("page") ?? "")?.[0] ?? 1);
    const page = Math.min(Math.max(asked, 1), pages);
    const sent = new Set(fieldOf(request, "connections").split(" "));
    const connections =
      request.method === "POST"
        ? all.filter(({ id }) => sent.has(id))
        : all.slice((page - 1) * ON_A_PAGE, page * ON_A_PAGE);
    return { connections, page, pages, said: messageRulesNow.said, environment };
  };
  const read = (): Promise<Kept> => messageSettings.read(MESSAGES_ID);

  const rules: Form = {
    action: "messages.rules",
    fields: ruleFields,
    judge: (about, typed, before) => Promise.resolve(judgedRules(about, typed, before)),
    page: ({ session }, about, form) => Promise.resolve(rulesPage(pages, session, about, form)),
  };
  const words: Form = {
    action: "messages.words",
    fields: wordFields,
    judge: async (_, typed, before) => judgedWords(typed, before, await longNames(picks)),
    page: async ({ session }, _, form) =>
      wordsPage(pages, session, {
        ...form,
        isMeasured: mayText(picks.dataRegions.told()),
        previews: await previewsOf(form.typed),
      }),
  };

  const previewsOf = async (typed: Typed): Promise<ReadonlyMap<string, Preview>> => {
    const names = await longNames(picks);
    return new Map(
      LANGUAGES.flatMap((language) =>
        MESSAGE_KINDS.map((kind) => {
          const name = wordsField(language, kind);
          const text = (typed[name] ?? "").normalize("NFC");
          return [name, previewOf({ kind, language, text }, names, picks.now())] as const;
        }),
      ),
    );
  };

  /** The form with what was typed, or with what is kept. */
  const show = async (
    form: Form,
    asked: AskedBySomebody,
    { status = 200, typed, kept, ...more }: More & { status?: number; typed?: Typed; kept: Kept },
  ) => {
    const about = await aboutNow(asked.request);
    const fields = form.fields(about, kept?.value);
    const shown = {
      isWaiting: (await proposals.read(proposalId(ONE))) !== undefined,
      fields,
      typed: typed ?? typedFrom(fields),
      revision: kept?.revision ?? 0,
      stackFile,
      ...more,
    };
    sendHtml(asked.response, status, await form.page(asked, about, shown));
  };

  const change = async (form: Form, asked: AskedBySomebody) => {
    const [about, kept] = [await aboutNow(asked.request), await read()];
    const fields = form.fields(about, kept?.value);
    const typed = typedIn(asked.request, fields);
    if (fieldOf(asked.request, "turn") === "preview") return show(form, asked, { typed, kept });
    const revision = revisionIn(asked.request);
    const showMoved = (moved: Kept) => {
      const differences = differencesOf(typed, form.fields(about, moved?.value));
      return show(form, asked, { status: 409, typed, kept: moved, differences });
    };
    if ((kept?.revision ?? 0) !== revision) return showMoved(kept);
    const verdict = await form.judge(about, typed, kept?.value);
    if (!verdict.ok) return show(form, asked, { status: 422, typed, kept, faults: verdict.faults });
    try {
      const of = {
        ...ONE,
        after: verdict.value,
        ...(kept && { shown: kept.revision, before: kept.value }),
      };
      const outcome = await proposals.make(by(asked, form.action), of);
      await messageRulesNow.refresh();
      const waits = portalPath("proposal", proposalId(ONE));
      leadOnAfter(asked, outcome, { made: portalPath("texts"), waits });
    } catch (error) {
      if (error instanceof ChangeWaits) await show(form, asked, { status: 409, typed, kept, refusal: WAITS });
      else if (error instanceof SettingMoved || error instanceof SettingTaken) await showMoved(await read());
      else throw error;
    }
  };

  return {
    messageRules: async (asked) => show(rules, asked, { kept: await read() }),
    editMessageRules: (asked) => change(rules, asked),
    words: async (asked) => show(words, asked, { kept: await read() }),
    editWords: (asked) => change(words, asked),

    async previewWords({ request, response }) {
      const typed = typedIn(request, wordFields(await aboutNow(request), undefined));
      const name = fieldOf(request, "of");
      const preview = (await previewsOf(typed)).get(name);
      const [, language = "en"] = name.split("-");
      sendHtml(response, 200, render(<PreviewOf preview={preview} language={language} />));
    },
  };
}

const ONE = { kind: "messages", id: MESSAGES_ID } as const;
