import { Card } from "../../web/components.tsx";
import { ConsultForm } from "./consultForm.tsx";
import type { ProviderPicks } from "./parts.ts";
import type { Pages } from "./pages.ts";
import type { Session } from "../../records/sessions.ts";

/** This chart has no video visit today; colleagues can be consulted all the same. */
export async function noVisitPage(parts: ProviderPicks, pages: Pages, session: Session): Promise<string> {
  const departments = await parts.hospital.departments(session.connection.id);
  const main = (
    <>
      <Card>
        <h1>No video visit today</h1>
        <p>
          This patient’s chart has no video visit for today. If there should be one, ask scheduling to book
          the appointment as a video visit, then open Teams from the chart again.
        </p>
        <p class="for-it">
          <strong>For IT:</strong> an appointment is a video visit when it has virtual rooms, or when its type
          is listed under <code>visitTypes</code> of connection <code>{session.connection.id}</code>.
        </p>
      </Card>
      {departments.length > 0 && (
        <Card title="Consult a colleague instead">
          <p>A consult is a video visit without the patient. You get a link for your colleagues.</p>
          <ConsultForm launchId={session.launchId} departments={departments} />
        </Card>
      )}
    </>
  );
  return pages({ title: "No video visit today", main });
}
