/** Who may approve a promotion: each approver's name, and the SSH key that they sign with. */
import * as z from "zod";

/** A public key as `ssh-keygen` writes it, of a kind that it can sign with and that is secure enough today. */
const PUBLIC_KEY =
  /^(ssh-ed25519|sk-ssh-ed25519@openssh\.com|ecdsa-sha2-nistp(256|384|521)|sk-ecdsa-sha2-nistp256@openssh\.com) [A-Za-z0-9+/]{40,}={0,2}( [^\n\r]*)?$/;

const approverSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[^\s,][^\n\r,]{0,98}[^\s,]$/, "must be a name of 2 to 100 characters, without a comma")
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
        context.addIssue({
          code: "custom",
          path: [index, "key"],
          message: "is listed already; take one out",
        });
      seen.add(bare(key));
    }
  });

/** Each approver's name once: somebody who has several keys is listed for each of them under one name, and approves once. */
export const approverNames = (approvers: readonly { readonly name: string }[]): readonly string[] => [
  ...new Map(approvers.map(({ name }) => [name.toLowerCase(), name])).values(),
];

/** The key without its comment, because the same key with another comment is still the same key. */
const bare = (key: string): string => key.split(" ").slice(0, 2).join(" ");
