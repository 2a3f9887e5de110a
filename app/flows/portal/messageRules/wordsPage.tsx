/** The form of what texts say, each with what it becomes as it is typed. */
import { NUMBER_REACHES } from "../../../domain/byHand/needs.ts";
import { LANGUAGES } from "../../../domain/language.ts";
import { MESSAGE_KINDS, type MessageKind } from "../../../domain/messages.ts";
import { WORD_NAMES } from "../../../domain/textWords.ts";
import { wordsOf } from "../../../domain/texts.ts";
import type { PortalSession } from "../../../records/portalSessions.ts";
import { Button, Card, DefinitionList } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import { described, Frame } from "../inputs.tsx";
import type { PortalPages } from "../pages.tsx";
import { Status } from "../status.tsx";
import type { Preview } from "./preview.ts";
import { Done, partsOf, Said, type FormShown } from "./rulesPage.tsx";
import { LANGUAGE, wordsField } from "./typed.ts";
import { PostForm } from "../postForm.tsx";

export interface WordsShown extends FormShown {
  /** Whether texts have to fit into one segment. */
  readonly isMeasured: boolean;
  readonly previews: ReadonlyMap<string, Preview>;
}

export function wordsPage(pages: PortalPages, session: PortalSession, form: WordsShown): string {
  const main = (
    <>
      <Said form={form} />
      <Card title="Names that words may have">
        <DefinitionList
          entries={Object.entries(WORD_NAMES).map(([name, says]) => [`{${name}}`, says] as const)}
        />
        <p class="quiet">
          There is no name for a patient or a clinician, and none is to be typed: a text is read on locked
          screens.{" "}
          {form.isMeasured
            ? "Each text has to fit into one segment, also with the longest names: 160 characters of the carriers’ plain alphabet, which has é and ñ and lacks á, í, ó and ú. One other character, and a segment holds 70."
            : `No text leaves from here, because numbers text phones in ${NUMBER_REACHES} only. So these words are kept, and need not fit into one segment.`}
        </p>
      </Card>
      <PostForm action={portalPath("editWords")} class="fields" data-preview={portalPath("previewWords")}>
        <input type="hidden" name="revision" value={String(form.revision)} />
        {/* What Enter does in a field. */}
        <button class="unseen" tabIndex={-1} aria-hidden="true">
          Save
        </button>
        {LANGUAGES.map((language) => (
          <Card key={language} title={LANGUAGE[language]}>
            {MESSAGE_KINDS.map((kind) => (
              <Words key={kind} form={form} language={language} kind={kind} />
            ))}
          </Card>
        ))}
        <Done>
          <Button weight="secondary" name="turn" value="preview">
            Preview
          </Button>
        </Done>
      </PostForm>
    </>
  );
  return pages({ session, at: "texts", title: "What texts say", main, scripts: ["preview.js"] });
}

function Words(props: {
  readonly form: WordsShown;
  readonly language: (typeof LANGUAGES)[number];
  readonly kind: MessageKind;
}) {
  const { form, language, kind } = props;
  const name = wordsField(language, kind);
  const own = wordsOf(kind, language);
  const { label, value, fault, isLocked, hint } = partsOf(
    { form, name },
    typedOf(form, name) === own ? "The connector’s own words." : `The connector’s own words: ${own}`,
  );
  return (
    <>
      <Frame id={name} label={label} hint={hint} fault={fault}>
        <textarea
          id={name}
          name={name}
          rows={3}
          lang={language}
          disabled={isLocked}
          data-previewed
          {...described(name, fault)}
        >
          {value}
        </textarea>
      </Frame>
      <div id={name + "-preview"} class="preview">
        <PreviewOf preview={form.previews.get(name)} language={language} />
      </div>
    </>
  );
}

const typedOf = ({ typed }: FormShown, name: string) => typed[name] ?? "";

export function PreviewOf(props: { readonly preview: Preview | undefined; readonly language: string }) {
  const { preview, language } = props;
  if (preview === undefined) return null;
  const { text, segments, costly, fault } = preview;
  return (
    <>
      <p lang={language} class="message">
        {text}
      </p>
      <p>
        {segments !== undefined && (
          <Status tone={fault === undefined ? "good" : "bad"}>
            {segments === 1 ? "1 segment" : `${String(segments)} segments`}
          </Status>
        )}{" "}
        {costly.length > 0 && (
          <Status tone="attention">
            {`${costly.join(" ")} ${costly.length === 1 ? "makes" : "make"} it cost double: not in the plain alphabet`}
          </Status>
        )}
      </p>
      {fault !== undefined && <p class="field-fault">Error: {fault}</p>}
    </>
  );
}
