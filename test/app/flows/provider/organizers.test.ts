import { afterAll, beforeAll, expect, test } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { organizerFor } from "../../../../app/domain/organizers.ts";
import { launchScenario } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person, type Page } from "../../../harness/person.ts";

const organizers: [string, string] = [
  "7d0c5a1e-0000-4000-8000-00000000a001",
  "7d0c5a1e-0000-4000-8000-00000000a002",
];

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment({
    stack: (stack) => ({
      ...stack,
      departments: stack.departments?.map(({ organizer: _one, ...department }) => ({
        ...department,
        organizers,
      })),
    }),
  });
});
afterAll(() => deployment.stop());

const meetingOf = ({ html }: Page) => {
  const thread = /meeting_([^%"]+)%40thread/.exec(html)?.[1] ?? "none";
  const meeting = deployment.sandbox.microsoft.meetings().find((each) => each.thread === thread);
  if (meeting === undefined) throw new Error("the page names no meeting");
  return meeting;
};

test("a department with several accounts gives each visit the one that its id chooses, and keeps it there", async () => {
  for (const scenario of ["startsSoon", "inProgress", "withoutRooms"] as const) {
    const meeting = meetingOf(await launchScenario(deployment, new Person(), scenario));
    expect(meeting.organizer).toBe(organizerFor({ organizers }, meeting.externalId as VisitId));
    expect(meetingOf(await launchScenario(deployment, new Person(), scenario)).thread).toBe(meeting.thread);
  }
});
