/**
 * Closes a run that nobody will bring to its end: its journal becomes a record, and nothing else is touched. What site, slot
 * and stack file say then is told, because a person has to bring them together.
 */
import {
  digest as digestSchema,
  type PromotionRecord,
  type ReleaseDigests,
} from "../../app/domain/promotion.ts";
import { foundIn, NEXT, nextWith } from "./found.ts";
import type { Journal, Production } from "./port.ts";
import { cut, short } from "./run.ts";
import { hasBegun } from "./steps.ts";

export interface Closing {
  readonly who: string;
  readonly now: () => Date;
  readonly say: (line: string) => void;
}

type Looked = Pick<Production, "stack" | "look" | "running" | "declared">;

/** Says how promotions of a stack stand. 0: none is open; 1: one is under way, or came to no end. */
export async function show(production: Looked, say: (line: string) => void): Promise<0 | 1> {
  const { taken, found } = await production.look();
  if (taken !== undefined) {
    say(taken);
    return 1;
  }
  if (found === undefined) say(`No promotion of ${production.stack} is open.`);
  else say(foundIn(found));
  const { site } = await told(production, say);
  if (found === undefined) return 0;
  say(NEXT[nextWith(found, site)]);
  say(
    `If nobody will run it, this closes it and touches nothing else: npm run promotion -- ${production.stack} --close ${found.id}`,
  );
  return 1;
}

/**
 * Closes the run with this id. 0: it is closed; 1: there is no such run.
 * @throws Taken while somebody is promoting, TurnLost when somebody has begun meanwhile
 */
export async function close(
  production: Looked & Pick<Production, "take" | "record">,
  id: string,
  { who, now, say }: Closing,
): Promise<0 | 1> {
  const turn = await production.take(who);
  try {
    const { found } = turn;
    if (found?.id !== id) {
      say(
        found === undefined
          ? `No promotion of ${production.stack} is open, so there is nothing to close.`
          : `What is open is ${found.id} and not ${id}. Nothing was closed. ${foundIn(found)}`,
      );
      return 1;
    }
    say(foundIn(found));
    const { site, slot } = await told(production, say);
    const record = closed(found, production.stack, site, { who, now });
    await production.record(record);
    await turn.end();
    say(leftToDo(record, hasBegun(found.step, "planned"), { site, staging: slot }));
    return 0;
  } finally {
    await turn.leave();
  }
}

function closed(
  journal: Journal,
  stack: string,
  site: string,
  { who, now }: Pick<Closing, "who" | "now">,
): PromotionRecord {
  if (!digestSchema.safeParse(site).success)
    throw new Error(
      `The site does not say which package it runs, so no record of it can be written. Have it run one (release.site, pulumi up), then close this.`,
    );
  const { direction, step, because, ...kept } = journal;
  const way = direction === "back" ? `going back at the step "${step}"` : `at the step "${step}"`;
  return {
    ...kept,
    // A name of its own: the run may have written its record before it ended.
    id: cut(journal.id + "-closed"),
    stack,
    outcome: "closed",
    because: cut(
      `closed by ${who}, ${way}${because === undefined ? "" : "; it went back because of " + because}`,
    ),
    endedAt: now().toISOString(),
    runs: site,
  };
}

/** What Azure and the stack file say. */
async function told(
  production: Looked,
  say: (line: string) => void,
): Promise<{ readonly site: string; readonly slot: string }> {
  const [runs, file] = [await production.running(), await production.declared()];
  say(
    `The site runs ${short(runs.site)}, the slot ${short(runs.slot)}; the stack file says ${short(file.site)} and ${short(file.staging ?? file.site)}.`,
  );
  return runs;
}

const leftToDo = (
  { id, stack }: PromotionRecord,
  hasPlanned: boolean,
  { site, staging }: Required<ReleaseDigests>,
): string =>
  [
    `It is closed: promotions/${stack}/${id}.json in the package container says so. Nothing else was touched. Before the next promotion:`,
    `    release.site: ${site} and release.staging: ${staging} in the stack file, which is what Azure runs;`,
    `    pulumi preview --refresh --stack ${stack}: see that it shows no more than you want, then pulumi up --refresh.`,
    ...(hasPlanned
      ? [
          `    If Pulumi says that the state is locked, and the process that it names has ended: pulumi cancel --stack ${stack}`,
        ]
      : []),
  ].join("\n");
