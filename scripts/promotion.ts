/**
 * `npm run promotion -- <production stack>`: says whether a promotion or rollback is under way or came to no end, and what
 * site, slot and stack file say. `--close <id>` closes one that nobody will bring to its end, and touches nothing else.
 * Exit code 0: none is open, or it is closed; 1: one is open, or there is none with that id; 2: it could not be seen.
 */
import { parseArgs } from "node:util";
import { ExplainedError } from "./local/stackFile.ts";
import { close, show } from "./promote/close.ts";
import { here, open, realProduction, stackFileOf, whoIs } from "./promote/command.ts";
import { commandLine } from "./promote/commandLine.ts";
import { Taken, TurnLost } from "./promote/port.ts";

const USAGE = `npm run promotion -- <production stack> [--close <id>]
  <production stack>   a stack of this folder, such as lamna-production, or the path of a file Pulumi.<stack>.yaml
  --close <id>         closes the run with this id, which npm run promotion -- <production stack> tells`;

await commandLine(async ({ args, signal, say }) => {
  const { values, positionals } = asked(args);
  const [of, ...more] = positionals;
  if (of === undefined || more.length > 0) throw new ExplainedError(USAGE);
  const lost = new AbortController();
  const workstation = await here(AbortSignal.any([signal, lost.signal]));
  const deployed = await open(workstation, stackFileOf(of));
  try {
    const who = await whoIs(workstation.credential);
    const said = { signatures: [], named: [], isDry: false };
    const production = realProduction({ here: workstation, said, say }, deployed, who, () => lost.abort());
    if (values.close === undefined) return await show(production, say);
    return await close(production, values.close, { who, now: () => new Date(), say });
  } catch (fault) {
    if (!(fault instanceof Taken || fault instanceof TurnLost)) throw fault;
    say(fault.message);
    return fault instanceof Taken ? 1 : 2;
  } finally {
    await deployed.own.close();
  }
});

/** @throws ExplainedError */
function asked(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { close: { type: "string" } },
      allowPositionals: true,
    });
  } catch (cause) {
    throw new ExplainedError(USAGE, { cause });
  }
}
