/** Who may approve a promotion: a name, and the SSH key that they sign with. */
import { z } from "zod";

/** As `ssh-keygen` writes a public key; one of the kinds that it signs with and that are good enough today. */
const PUBLIC_KEY =
  /^(ssh-ed25519|sk-ssh-ed25519@openssh\.com|ecdsa-sha2-nistp(256|384|521)|sk-ecdsa-sha2-nistp256@openssh\.com) [A-Za-z0-9+/]{40,}={0,2}( [^\n\r]*)?$/;

const approverSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[^\s,][^\n\r,]{0,98}[^\s,]$/, "must be a name of 2 to 100 characters")
    .meta({ description: "As the record of a promotion names them." }),
  key: z
    .string()
    .regex(
      PUBLIC_KEY,
      "must be a public SSH key on one line, such as ssh-ed25519 AAAA…, as ssh-keygen writes it into a file .pub",
    )
    .meta({ description: "Their public SSH key, of the kinds ed25519 or ecdsa." }),
});

export const approversSchema = z
  .array(approverSchema)
  .nonempty()
  .superRefine((approvers, context) => {
    const seen = new Set<string>();
    for (const [index, { key }] of approvers.entries()) {
      if (seen.has(bare(key)))
        context.addIssue({ code: "custom", path: [index, "key"], message: "is listed already" });
      seen.add(bare(key));
    }
  });

/** Whoever has several keys is listed once for each, by one name, and approves once. */
export const approverNames = (approvers: readonly { readonly name: string }[]): readonly string[] => [
  ...new Map(approvers.map(({ name }) => [name.toLowerCase(), name])).values(),
];

/** Without its comment: the same key is nobody else's. */
const bare = (key: string): string => key.split(" ").slice(0, 2).join(" ");
