/** What was sent by a form of the page of texts and not saved: the form has it still. */
import type { Request } from "express";
import { fieldOf, revisionIn } from "../fields.ts";

/** The field with the connections of a form: a tick that is not set, and one that is not there, are sent alike. */
export const SHOWN = "connections";

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

interface Shown {
  readonly typed?: TypedTexts | undefined;
  readonly setting: { readonly revision: number } | undefined;
}

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
