import { afterAll, beforeAll, expect, test } from "vitest";
import type { VisitId } from "../../../../app/domain/linkToken.ts";
import { organizerFor } from "../../../../app/domain/organizers.ts";
import { launchScenario, meetingOf } from "../../../harness/clinician.ts";
import { startDeployment, type Deployment } from "../../../harness/deployment.ts";
import { Person } from "../../../harness/person.ts";

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

test("a department with several accounts gives each visit the one that its id chooses, and keeps it there", async () => {
  for (const scenario of ["startsSoon", "inProgress", "withoutRooms"] as const) {
    const meeting = await meetingOf(deployment, await launchScenario(deployment, new Person(), scenario));
    expect(meeting.organizer).toBe(organizerFor({ organizers }, meeting.externalId as VisitId));
    const again = await launchScenario(deployment, new Person(), scenario);
    expect((await meetingOf(deployment, again)).thread).toBe(meeting.thread);
  }
});
