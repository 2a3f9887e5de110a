/** The page on which a person switches the faults of Microsoft's services on and off. */
import { Router, urlencoded } from "express";
import type { VNode } from "preact";
import * as z from "zod";
import { faultSwitches, type FaultMenu, type FaultSwitches } from "./faults.ts";
import type { Notifier } from "./graph/notifier.ts";
import { Page, sendPage } from "./page.tsx";

interface Choice {
  readonly label: string;
  /** Each value of the switch that can be chosen, with its words. */
  readonly choices: readonly (readonly [value: string, words: string])[];
}

/** The words of each switch, in the page's order. A switch without words does not compile. */
const CHOICES: Readonly<Record<keyof FaultSwitches, Choice>> = {
  accessPolicy: {
    label: "Application access policy",
    choices: [
      ["granted", "covers the department accounts"],
      ["missing-unauthorized", "missing: “not authorized to Create meeting on behalf of user”"],
      ["missing-forbidden", "missing: “No application access policy found for this app”"],
      ["missing-not-allowed", "missing: “Application is not allowed to perform operations on the user”"],
    ],
  },
  graph: {
    label: "Microsoft Graph",
    choices: [
      ["answers", "answers"],
      ["throttles-with-retry-after", "429 with Retry-After"],
      ["throttles", "429 without Retry-After"],
      ["down", "503"],
    ],
  },
  graphTimes: {
    label: "That goes on for",
    choices: [
      ["0", "all requests"],
      ["1", "one request"],
      ["2", "two requests"],
    ],
  },
  slowMilliseconds: {
    label: "Graph takes",
    choices: [
      ["0", "no time"],
      ["3000", "3 seconds more"],
      ["20000", "20 seconds more"],
    ],
  },
  foreignSignIn: {
    label: "An account of another organization",
    choices: [
      ["refused", "is stopped by Microsoft’s page"],
      ["token", "comes back in a token of its own tenant"],
    ],
  },
  profileConsent: {
    label: "Consent to User.ReadBasic.All",
    choices: [
      ["granted", "given"],
      ["missing", "missing"],
    ],
  },
  directoryRoles: {
    label: "ID tokens",
    choices: [
      ["listed", "list directory roles (wids)"],
      ["left-out", "leave directory roles out"],
    ],
  },
  anonymousJoin: {
    label: "Somebody without an account",
    choices: [
      ["allowed", "joins a meeting as a guest"],
      ["off", "is asked to sign in"],
    ],
  },
  notifications: {
    label: "What Graph tells of meetings",
    choices: [
      ["brought", "is brought"],
      ["lost", "is lost"],
      ["doubled", "is brought twice"],
      ["delayed", "is brought 20 seconds later"],
      ["held-back", "is brought after what happens next"],
    ],
  },
  roster: {
    label: "Updates of who is in a meeting",
    choices: [
      ["changes", "have whoever has come, was let in or left"],
      ["others-in-part", "have everybody else, too, without whether they wait"],
    ],
  },
  attendance: {
    label: "Reports of attendance",
    choices: [
      ["reported", "are there when a meeting is over"],
      ["not-yet", "are not there yet"],
    ],
  },
  callRecords: {
    label: "Records of calls",
    choices: [
      ["made", "are there when a call is over"],
      ["not-yet", "are not there yet"],
    ],
  },
  subscriptions: {
    label: "Subscriptions to meetings",
    choices: [
      ["made", "are made"],
      ["short", "are made for 45 minutes, whatever is asked for"],
      ["limit", "are refused: there are as many as Graph gives"],
      ["refused", "are refused: a permission is missing"],
      ["not-reached", "are refused: Graph does not reach the connector"],
    ],
  },
};

const form = faultSwitches.extend({
  graphTimes: z.coerce.number().pipe(faultSwitches.shape.graphTimes),
  slowMilliseconds: z.coerce.number().pipe(faultSwitches.shape.slowMilliseconds),
});

/** What Graph does once, when somebody asks for it. */
const ONCE = [
  ["reauthorizationRequired", "Ask for subscriptions to be reauthorized, and tell nothing until then"],
  ["subscriptionRemoved", "Remove subscriptions, and say so"],
  ["missed", "Say that something was lost"],
  ["delayed", "Bring now what is delayed"],
] as const;
const once = z.object({ do: z.enum(ONCE.map(([name]) => name)) });

export interface GraphOnDemand {
  readonly notifier: Pick<Notifier, "bringDelayed" | "tellLifecycle">;
}

export function faultsPage(faults: FaultMenu, graph: GraphOnDemand): Router {
  const router = Router();
  router.get("/faults", async (_request, response) => {
    await sendPage(response, <FaultsPage current={faults.current()} />);
  });
  router.post("/faults", urlencoded({ extended: false }), (request, response) => {
    const wanted = form.partial().safeParse(request.body ?? {});
    if (!wanted.success) {
      response.status(400).type("text").send("This form is unknown.");
      return;
    }
    faults.set(wanted.data);
    response.redirect(303, "/faults");
  });
  router.post("/faults/once", urlencoded({ extended: false }), (request, response) => {
    const wanted = once.safeParse(request.body ?? {});
    if (!wanted.success) {
      response.status(400).type("text").send("This form is unknown.");
      return;
    }
    const { do: what } = wanted.data;
    if (what === "delayed") graph.notifier.bringDelayed();
    else graph.notifier.tellLifecycle(what);
    response.redirect(303, "/faults");
  });
  return router;
}

function FaultsPage({ current }: { current: FaultSwitches }): VNode {
  const values = new Map<string, unknown>(Object.entries(current));
  return (
    <Page title="What goes wrong at Microsoft’s" look="entra">
      <main class="card">
        <p class="maker">Microsoft sandbox</p>
        <h1>What goes wrong</h1>
        <form method="post" class="switches">
          {Object.entries(CHOICES).map(([name, { label, choices }]) => (
            <div key={name}>
              <label for={name}>{label}</label>
              <select id={name} name={name}>
                {choices.map(([value, words]) => (
                  <option key={value} value={value} selected={String(values.get(name)) === value}>
                    {words}
                  </option>
                ))}
              </select>
            </div>
          ))}
          <button class="primary">Apply</button>
        </form>
        <form method="post" action="/faults/once" class="switches">
          <h2>Graph’s subscriptions to meetings, once and now</h2>
          {ONCE.map(([name, words]) => (
            <button key={name} name="do" value={name}>
              {words}
            </button>
          ))}
        </form>
      </main>
    </Page>
  );
}
