/** The page of the visits at risk: a table for each department, with why, whose move it is and what to do next. */
import type { PortalSession } from "../../../records/portalSessions.ts";
import { momentFormat } from "../../../domain/formatters.ts";
import { RISK_WORDS } from "../../../domain/risks.ts";
import { unreadableRows } from "../../../domain/unreadableRows.ts";
import { Button, ButtonLink, Card, Notice, Unseen } from "../../../web/components.tsx";
import { portalPath } from "../addresses.ts";
import type { Only } from "../reports/whose.ts";
import { MOVERS } from "../movers.ts";
import type { PortalPages } from "../pages.tsx";
import { Status } from "../status.tsx";
import type { AtRisk, DepartmentAtRisk, VisitAtRisk } from "./look.ts";
import { ListTable } from "../listTable.tsx";
import { PostForm } from "../postForm.tsx";

/** Which appointment a visit is; without `appointment`, the visit is not there any more. */
export interface Told {
  readonly visit: string;
  readonly appointment?: string;
  readonly connection?: string;
}

interface Shown extends AtRisk {
  readonly only: Only;
  /** The id of the one department that is shown, or nothing for all. */
  readonly chosen: string;
  readonly told?: Told;
}

export function atRiskPage(
  pages: PortalPages,
  session: PortalSession,
  { departments, only, unreadable, at, chosen, told }: Shown,
): string {
  const shown = departments.filter(({ id }) => chosen === "" || id === chosen);
  const [risky, calm] = [shown.filter((one) => one.atRisk > 0), shown.filter((one) => one.atRisk === 0)];
  const main = (
    <>
      <p class="quiet">
        Video visits that are under way or of the next 24 hours, by the chart or by what their patients were
        told, and may fail, why, and whose move it is. The connector repairs what it safely can and takes the
        visit off this list; the list is as of {at.toISOString().slice(0, 16).replace("T", " ")} UTC. It knows
        no patient’s name: find a visit in the chart by its time, or have its appointment’s id shown, which
        the audit trail notes.
      </p>
      {told !== undefined && <Appointment told={told} />}
      {unreadable > 0 && (
        <Notice kind="warning" title="Not every visit can be read">
          <p>
            Of the next 24 hours {only === undefined ? countOf(unreadable) : "some visits"} cannot be read in
            the store, so nothing is prepared for them and no list has them.{" "}
            {only === undefined
              ? unreadableRows("visits", ", and they are found anew")
              : "They may be of your departments. Tell an administrator of the connector."}
          </p>
        </Notice>
      )}
      {departments.length > 1 && <Choose departments={departments} chosen={chosen} />}
      {departments.length === 0 && only !== undefined && (
        <p>
          No department with visits of the next 24 hours is set for you. An administrator of the connector
          sets yours in the portal, under Department managers.
        </p>
      )}
      {departments.length === 0 && only === undefined && (
        <p>
          No chart system is read yet: enter a system client at a FHIR connection, and visits are found and
          watched over.
        </p>
      )}
      {risky.map((department) => (
        <Department key={department.id} department={department} chosen={chosen} />
      ))}
      <Late departments={shown} />
      {calm.length > 0 && (
        <Card title="Nothing at risk">
          <ul class="plain">
            {calm.map(({ id, name, connection, visits }) => (
              <li key={id}>
                <strong>{name}</strong> ({connection}): {countOf(visits)} in the next 24 hours
              </li>
            ))}
          </ul>
        </Card>
      )}
      {only === undefined && (
        <p class="actions">
          <ButtonLink href={portalPath("home")} weight="secondary">
            What else is wrong
          </ButtonLink>
        </p>
      )}
    </>
  );
  return pages({ session, at: "atRisk", title: "Visits at risk", main });
}

const countOf = (count: number) =>
  count === 0 ? "no visit" : count === 1 ? "1 visit" : `${String(count)} visits`;

function Appointment({ told: { appointment, connection } }: { readonly told: Told }) {
  if (appointment === undefined)
    return (
      <Notice kind="warning" title="This visit is not kept any more">
        <p>It was deleted, or its time is over. It is off the list below within five minutes.</p>
      </Notice>
    );
  return (
    <Notice kind="info" title="The appointment">
      <p>
        FHIR id <code>{appointment}</code> of the connection <code>{connection}</code>. That you asked is
        noted in the audit trail.
      </p>
    </Notice>
  );
}

function Choose({ departments, chosen }: Pick<Shown, "departments" | "chosen">) {
  return (
    <form method="get" action={portalPath("atRisk")} class="filter">
      <label>
        Department
        <select name="department">
          <option value="">All departments</option>
          {departments.map(({ id, name, connection, atRisk }) => (
            <option key={id} value={id} selected={id === chosen}>
              {`${name} (${connection}): ${String(atRisk)} at risk`}
            </option>
          ))}
        </select>
      </label>
      <Button weight="secondary">Show</Button>
    </form>
  );
}

function Department({
  department,
  chosen,
}: {
  readonly department: DepartmentAtRisk;
  readonly chosen: string;
}) {
  const { name, connection, visits, ready, atRisk, shown, timeZone } = department;
  return (
    <Card title={name}>
      <p>
        <Status tone="attention">{`${String(atRisk)} at risk`}</Status> Of {countOf(visits)} in the next 24
        hours, {String(ready)} {ready === 1 ? "is" : "are"} as {ready === 1 ? "it" : "they"} should be. Chart
        system: {connection}.
      </p>
      <ListTable
        label={"Visits at risk: " + name}
        heads={["Starts", "Why", "Whose move it is", "Next step", "Appointment"]}
      >
        {shown.map((visit) => (
          <Row key={visit.id} visit={visit} among={shown} zone={timeZone} chosen={chosen} />
        ))}
      </ListTable>
      {atRisk > shown.length && <p>The first {String(shown.length)} are shown; the others start later.</p>}
    </Card>
  );
}

function Late({ departments }: Pick<Shown, "departments">) {
  const those = departments.filter(({ late }) => late.size > 0);
  if (those.length === 0) return null;
  return (
    <Card title="Not ready at their start">
      <p>Visits that began in the last 24 hours and were not ready then, by what was wrong.</p>
      <ul class="plain">
        {those.map(({ id, name, connection, late }) => (
          <li key={id}>
            <strong>{name}</strong> ({connection}):{" "}
            {[...late]
              .toSorted(([, one], [, other]) => other - one)
              .map(([risk, count]) => `${countOf(count)}: ${RISK_WORDS[risk].why}`)
              .join("; ")}
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** Which one it is of those that start in the same minute, because each button of a page has a name of its own. */
function countAmong(all: readonly VisitAtRisk[], one: VisitAtRisk): string {
  const minuteOf = ({ at }: VisitAtRisk) => Math.floor(at.getTime() / 60_000);
  const alike = all.filter((other) => minuteOf(other) === minuteOf(one));
  return alike.length === 1 ? "" : ` (${String(alike.indexOf(one) + 1)} of ${String(alike.length)})`;
}

function Row(props: {
  readonly visit: VisitAtRisk;
  readonly among: readonly VisitAtRisk[];
  readonly zone: string;
  readonly chosen: string;
}) {
  const { visit, among, zone, chosen } = props;
  const { why, move, next } = RISK_WORDS[visit.risk];
  const format = momentFormat("en-US", zone, "moment in a text");
  const starts = format.format(visit.at);
  return (
    <tr>
      <th scope="row">
        <time dateTime={visit.at.toISOString()}>{starts}</time>
        {visit.charted !== undefined && (
          <span class="quiet"> as its patient knows; the chart says {format.format(visit.charted)}</span>
        )}
      </th>
      <td>{why.slice(0, 1).toUpperCase() + why.slice(1)}</td>
      <td>{MOVERS[move]}</td>
      <td>{next}</td>
      <td>
        <PostForm action={portalPath("tellAppointment", visit.id)}>
          <input type="hidden" name="department" value={chosen} />
          <Button weight="secondary">
            Show id
            <Unseen>
              {" "}
              of the visit at {starts}
              {countAmong(among, visit)}
            </Unseen>
          </Button>
        </PostForm>
      </td>
    </tr>
  );
}
