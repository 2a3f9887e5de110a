import { expect, test } from "vitest";
import { mailSenderOf } from "../../../app/domain/mailing.ts";

const domain = "mail.lamna.example";

test.each([
  ["Azure's own domain", "DoNotReply@3f0c0c3e.azurecomm.net", undefined, { perMinute: 5, perHour: 10 }, true],
  [
    "Azure's own, until the hospital's is verified",
    "DoNotReply@3f0c0c3e.AzureComm.net",
    { domain, limits: { perMinute: 60, perHour: 500 } },
    { perMinute: 5, perHour: 10 },
    true,
  ],
  [
    "a domain of the hospital's own",
    "DoNotReply@mail.lamna.example",
    { domain },
    { perMinute: 30, perHour: 100 },
    false,
  ],
  [
    "one that support has raised",
    "DoNotReply@mail.lamna.example",
    { domain, limits: { perMinute: 60, perHour: 500 } },
    { perMinute: 60, perHour: 500 },
    false,
  ],
])("%s", (_name, address, mailing, limits, isForStaffsOnly) => {
  expect(mailSenderOf(address, mailing)).toEqual({ address, limits, isForStaffsOnly });
});
