/** The start page: what works, what is wrong, and whose move it is; and where the set-up stands. */
import type { ComponentChildren } from "preact";
import type { PortalSession } from "../../records/portalSessions.ts";
import type { Mover } from "../../domain/mover.ts";
import { ButtonLink, Card } from "../../web/components.tsx";
import { portalPath } from "./addresses.ts";
import { Well, WrongItem } from "./checks/checksPage.tsx";
import { MOVERS } from "./movers.ts";
import type { PortalPages } from "./pages.tsx";
import type { Guide } from "./setUp.ts";
import type { HowItStands, Works, Wrong } from "./standing.ts";
import { Status } from "./status.tsx";

export function homePage(
  pages: PortalPages,
  session: PortalSession,
  { stands, guide }: { readonly stands: HowItStands; readonly guide: Guide },
): string {
  const { wrong, works } = stands;
  const main = (
    <>
      {!guide.isOver && <GoOn guide={guide} />}
      <div class="tiles">
        <Tile
          title="What works"
          count={works.length}
          says={works.length === 1 ? "thing is well" : "things are well"}
        >
          <Status tone={works.length > 0 ? "good" : "calm"}>
            {works.length > 0 ? "Well" : "Nothing yet"}
          </Status>
        </Tile>
        <Tile
          title="What is wrong"
          count={wrong.length}
          says={wrong.length === 1 ? "thing is not well" : "things are not well"}
        >
          <Status tone={wrong.length > 0 ? "attention" : "good"}>
            {wrong.length > 0 ? "Needs a look" : "Nothing that the connector can see"}
          </Status>
        </Tile>
        <section class="tile" aria-label="Whose move it is">
          <h2>Whose move it is</h2>
          {wrong.length === 0 ? (
            <p>Nobody’s: nothing is wrong.</p>
          ) : (
            <ul class="plain tight">
              {movesIn(wrong).map(([mover, count]) => (
                <li key={mover}>
                  <strong>{String(count)}:</strong> {MOVERS[mover]}
                </li>
              ))}
            </ul>
          )}
        </section>
      </div>
      {wrong.length > 0 && <WrongList wrong={wrong} />}
      <WorksList works={works} />
      <p class="actions">
        <ButtonLink href={portalPath("checks")} weight="secondary">
          All checks, and what cannot be checked from here
        </ButtonLink>
      </p>
    </>
  );
  return pages({ session, at: "home", title: "Home", main });
}

/** How many things are wrong for each mover, in the order in which they should be looked at. */
const movesIn = (wrong: readonly Wrong[]): readonly (readonly [Mover, number])[] =>
  (Object.keys(MOVERS) as Mover[])
    .map((mover) => [mover, wrong.filter(({ move }) => move === mover).length] as const)
    .filter(([, count]) => count > 0);

function GoOn({ guide }: { readonly guide: Guide }) {
  const { steps, at } = guide;
  return (
    <section class="go-on" aria-label="Set-up">
      <div>
        <h2>Set-up</h2>
        <p>
          You are at step {String(at + 1)} of {String(steps.length)}: {steps[at]?.title}.
        </p>
      </div>
      <ButtonLink href={portalPath("setUp")}>Go on with the set-up</ButtonLink>
    </section>
  );
}

function Tile(props: {
  readonly title: string;
  readonly count: number;
  readonly says: string;
  readonly children: ComponentChildren;
}) {
  return (
    <section class="tile" aria-label={props.title}>
      <h2>{props.title}</h2>
      <p>
        <strong class="count">{String(props.count)}</strong> {props.says}
      </p>
      <p>{props.children}</p>
    </section>
  );
}

function WrongList({ wrong }: { readonly wrong: readonly Wrong[] }) {
  return (
    <Card title="To fix">
      <ul class="matters">
        {wrong.map((one) => (
          <WrongItem key={one.title + one.word} {...one} />
        ))}
      </ul>
    </Card>
  );
}

function WorksList({ works }: { readonly works: readonly Works[] }) {
  return (
    <Card title="Working">
      {works.length === 0 ? (
        <p>Nothing is set up yet, so nothing is known to work.</p>
      ) : (
        <ul class="matters well">
          {works.map((one) => (
            <Well key={one.title} {...one} />
          ))}
        </ul>
      )}
    </Card>
  );
}
