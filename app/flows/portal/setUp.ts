/** The guided set-up: its steps in the order of the published guide, how far each is, and where it was left. */
import { distinctlyNamed } from "./distinctNames.ts";
import {
  GUIDE_STEPS,
  guideProgress,
  moveGuide,
  type GuideProgress,
  type GuideStep,
} from "../../records/guide.ts";
import type { AskedBySomebody } from "./access.ts";
import { by } from "./asked.ts";
import { fieldOf } from "./fields.ts";
import { recordsOf } from "./integration/records.ts";
import type { PortalPicks } from "./parts.ts";

export interface Step {
  readonly name: GuideStep;
  readonly title: string;
  readonly state: "done" | "open";
  readonly about: string;
}

export interface Guide {
  readonly steps: readonly Step[];
  /** The index of the current step. */
  readonly at: number;
  /** Nobody has begun yet. */
  readonly isNew: boolean;
  readonly isOver: boolean;
}

type SetUpPicks = Pick<
  PortalPicks,
  | "connectionSettings"
  | "environment"
  | "givenSettings"
  | "guideSettings"
  | "hospital"
  | "publicUrl"
  | "stackFile"
  | "textingNow"
>;

export async function setUp({
  connectionSettings,
  hospital,
  guideSettings,
  givenSettings,
  textingNow,
  ...rest
}: SetUpPicks): Promise<Guide> {
  const [connections, settings, at, given] = await Promise.all([
    hospital.connections(),
    connectionSettings.list(),
    guideProgress(guideSettings),
    givenSettings.list(),
  ]);
  const givenOf = new Map(given.map((setting) => [setting.id, setting]));
  const isToGive = (connection: (typeof connections)[number]) => {
    const own = givenOf.get(connection.id);
    return own === undefined || recordsOf(rest, connection, own).differences.length > 0;
  };
  const toGive = distinctlyNamed(connections)
    .filter(isToGive)
    .map(({ name }) => name);
  const departments = await Promise.all(connections.map(({ id }) => hospital.departments(id)));
  const registered = connections.filter(({ provider }) => provider !== undefined).length;
  const count = departments.flat().length;
  const { textsPatientsOf, unreadable } = textingNow.current();
  const texted = connections.filter(textsPatientsOf).length;
  const steps: readonly Step[] = [
    {
      name: "connections",
      title: "FHIR connections",
      state: registered > 0 ? "done" : "open",
      about:
        connections.length === 0
          ? noneOn(settings.length)
          : `${String(registered)} of ${String(connections.length)} that are on have their client id from Oracle.`,
    },
    {
      name: "departments",
      title: "Departments",
      state: count > 0 ? "done" : "open",
      about:
        count === 0
          ? "No department is set up yet, so no visit can be opened."
          : count === 1
            ? "1 department is set up."
            : `${String(count)} departments are set up.`,
    },
    {
      name: "texts",
      title: "Texts and number",
      state: texted > 0 ? "done" : "open",
      about:
        texted > 0
          ? `Patients of ${String(texted)} of ${String(connections.length)} connections are texted.`
          : unreadable === undefined || textingNow.said !== undefined
            ? "No patient is texted. Texts are optional."
            : "What is set of texts cannot be read now; the page of texts says who mends it.",
    },
    {
      name: "review",
      title: "Review and finish",
      state: connections.length > 0 && toGive.length === 0 ? "done" : "open",
      about:
        connections.length === 0
          ? "Integration records are there as soon as a connection is."
          : toGive.length === 0
            ? "Oracle has the integration records of every connection that is on."
            : `Oracle does not have the integration records of ${someOf(toGive)} as they are now.`,
    },
  ];
  // A hospital whose stack file has all connections is not guided.
  const isSetUp =
    at === undefined && hospital.stackConnections.some(({ provider }) => provider !== undefined);
  return {
    steps,
    at: at === undefined ? 0 : GUIDE_STEPS.indexOf(at.step),
    isNew: at === undefined && connections.length === 0 && settings.length === 0,
    isOver: isSetUp || at?.state === "over",
  };
}

const MOST_NAMED = 5;

function someOf(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(", ") + (more > 0 ? ` and ${String(more)} more` : "");
}

/** What is said where no connection is on. */
const noneOn = (there: number) =>
  there === 0
    ? "No chart system is connected yet."
    : there === 1
      ? "1 connection is there, and it is not on yet: its page says what is missing."
      : `${String(there)} connections are there, and none is on yet: their pages say what is missing.`;

/**
 * Moves the guide as the form says.
 * @returns the page that is shown next
 */
export async function movedSetUp(
  { guideSettings }: Pick<PortalPicks, "guideSettings">,
  { request, session }: AskedBySomebody,
): Promise<"home" | "setUp"> {
  const go = fieldOf(request, "go");
  const index = GUIDE_STEPS.findIndex((name) => name === fieldOf(request, "step"));
  if (index === -1) return "setUp";
  const move = (step: GuideStep, state: GuideProgress["state"]) =>
    moveGuide(guideSettings, by({ session }, "set-up." + (state === "open" ? "moved" : state)), {
      step,
      state,
    });
  const [here, next, back] = [index, index + 1, index - 1].map((at) => GUIDE_STEPS[at]);
  if (here === undefined) return "setUp";
  if (go === "out") {
    await move(here, "left");
    return "home";
  }
  if (go === "on" && next === undefined) {
    await move(here, "over");
    return "home";
  }
  const to = go === "on" ? next : go === "back" ? back : undefined;
  if (to !== undefined) await move(to, "open");
  return "setUp";
}
