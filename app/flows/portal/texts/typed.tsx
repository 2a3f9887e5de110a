/** What was sent by a form of the page of texts and not saved: the form has it still. */
import type { Request } from "express";
import { TypedIsKept, type TypedAndKept } from "../changedMeanwhile.tsx";
import { fieldOf, revisionIn } from "../fields.ts";
import type { TextsShown } from "./asSet.ts";
import { SHOWN } from "./formShown.tsx";
import { STANDS } from "./verification.ts";

type TypedForm = "consents" | "configuration" | "verification" | "given-back" | "trial";

export interface TypedTexts {
  readonly form: TypedForm;
  /** What was sent in a field; empty where nothing was. */
  readonly field: (name: string) => string;
  /** The ids of the connections that the form had; undefined where it did not say. */
  readonly connections: ReadonlySet<string> | undefined;
  /** Revision of what the form was opened with; undefined where it is to be that which is kept now. */
  readonly revision: number | undefined;
}

export function typedIn(request: Pick<Request, "body">, form: TypedForm): TypedTexts {
  const shown = fieldOf(request, SHOWN);
  return {
    form,
    field: (name) => fieldOf(request, name),
    connections: shown === "" ? undefined : new Set(shown.split(" ")),
    revision: revisionIn(request),
  };
}

type Shown = Pick<TextsShown, "typed" | "setting">;

/** What was sent, if it was sent by this form. */
export const typedBy = ({ typed }: Pick<Shown, "typed">, form: TypedForm): TypedTexts | undefined =>
  typed?.form === form ? typed : undefined;

/** The revision that a form says it has shown. */
export const revisionOf = (shown: Shown, form: TypedForm): number =>
  typedBy(shown, form)?.revision ?? shown.setting?.revision ?? 0;

export const numberField = (connection: string) => "number-" + connection;
export const connectionField = (connection: string) => "connection-" + connection;

/** Whether a connection is chosen in a form: as it was sent, or, where the form did not have it, `otherwise`. */
export function isChosen(typed: TypedTexts | undefined, id: string, otherwise: boolean): boolean {
  if (typed === undefined || typed.connections?.has(id) === false) return otherwise;
  return typed.form === "configuration"
    ? typed.field(numberField(id)) === "texted"
    : typed.field(connectionField(id)) === "yes";
}

/** What the top of the page says of what was typed, where somebody else has changed what is kept. */
export function TextsTyped({ shown, typed }: { readonly shown: TextsShown; readonly typed: TypedTexts }) {
  if (typed.revision !== undefined || typed.form === "given-back" || typed.form === "trial") return null;
  return <TypedIsKept what="setting" rows={differences(shown, typed)} />;
}

function differences({ connections, verification }: TextsShown, typed: TypedTexts): readonly TypedAndKept[] {
  if (typed.form === "verification") {
    const mine = (Object.keys(STANDS) as (keyof typeof STANDS)[]).find(
      (one) => one === typed.field("verification"),
    );
    if (mine === undefined || mine === verification) return [];
    return [["How far the carriers are", STANDS[mine][1], STANDS[verification][1]]];
  }
  const words = (is: boolean) => (is ? "Texted" : "Not texted");
  return connections.flatMap(({ id, name, isTexted }): TypedAndKept[] => {
    const mine = isChosen(typed, id, isTexted);
    return mine === isTexted ? [] : [[name, words(mine), words(isTexted)]];
  });
}
