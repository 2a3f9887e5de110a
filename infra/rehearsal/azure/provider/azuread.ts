/** What is peculiar to azuread: how Graph's refusals are shown. */
import type { Vendors } from "../controlPlane/cloud.ts";
import { inGraphWords } from "../controlPlane/refusal.ts";
import type { PackageSchema } from "../schema/shape.ts";
import type { Provider } from "../../../protocol/provider.ts";
import { providerOf } from "./resources.ts";

export function azuread(schema: PackageSchema, vendors: Vendors): Provider {
  return providerOf({
    schema,
    vendors,
    words: inGraphWords,
    configure: () => undefined,
    complete: (_kind, _shape, call) => call.news,
    invoke: (token) => {
      throw new Error(`The rehearsal's directory has no function ${token}: the program calls none.`);
    },
  });
}
