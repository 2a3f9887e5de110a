/** The hospital's DNS: the public name leads to Front Door, which a stack with such a name has, and is proved to be the hospital's. */
import type { Deployment } from "./deployment.ts";
import { AFTER, lines, type Task } from "./task.ts";

export function hostNames({ name, publicHost }: Deployment): readonly Task[] {
  if (publicHost === undefined) return [];
  const width = publicHost.length + "_dnsauth.".length + 2;
  return [
    {
      title: "The hospital's DNS",
      when: AFTER,
      who: "whoever keeps the zone of " + publicHost,
      why: "Front Door gets the certificate once the TXT record is there, and answers once the CNAME leads to it. The proof expires after seven days.",
      text: lines(
        "pulumi stack output dns --json --stack " + name + "   # has both values",
        "",
        publicHost.padEnd(width) + "CNAME  <value of the CNAME>",
        ("_dnsauth." + publicHost).padEnd(width) + "TXT    <value of the TXT>",
      ),
    },
  ];
}
